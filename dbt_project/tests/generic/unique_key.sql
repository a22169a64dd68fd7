{# A row is identified by these columns: no two rows agree in all of them, and none of them is empty. `columns` is `meta.key` of the model
   where it is left out, so that the key of a mart is written once. `may_be_empty` names columns of the key for which empty is a value. #}
{% test unique_key(model, columns=none, may_be_empty=[]) %}
{%- set key = columns or declared_key(model) %}
select {{ key | join(', ') }}, count(*) as n_rows
from {{ model }}
group by {{ key | join(', ') }}
having count(*) > 1
{%- for column in key if column not in may_be_empty %} or {{ column }} is null{% endfor %}
{% endtest %}
