{# Whether a year lies in the era of a row of a register, whose ends may be open. #}
{% macro within_years(period, register) -%}
  {{ period }} between coalesce({{ register }}.period_from, 0) and coalesce({{ register }}.period_to, 9999)
{%- endmacro %}
