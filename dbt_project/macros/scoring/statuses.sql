{# How a cell of the grid counts in a score: where nothing arose (无发生) an indicator does not apply, and its weight goes as the scheme says. #}
{% macro counted_status(status) -%}
  case when {{ status }} = 'NIL' then 'NOT_APPLICABLE' else coalesce({{ status }}, 'NOT_OWED') end
{%- endmacro %}
