{# Every value is in one of several lists, where one `relationships` test would not do. `lists` are [relation, column]. #}
{% test known_in(model, column_name, lists) %}
with known as (
  {%- for relation, column in lists %}
  select cast({{ column }} as {{ dbt.type_string() }}) as value from {{ relation }}{{ ' union all' if not loop.last }}
  {%- endfor %}
)

select {{ column_name }}
from {{ model }}
where {{ column_name }} is not null and cast({{ column_name }} as {{ dbt.type_string() }}) not in (select known.value from known where known.value is not null)
{% endtest %}
