{# A column of the same series so many years away, NULL where there is no such year. Needs a window `series`, sorted by a
   `period` that occurs once. lag and lead take half the time of range frames (measured on 1 M figures). #}
{% macro of_year(column, steps) -%}
  {%- set look = 'lag' if steps < 0 else 'lead' -%}
  (case
    {%- for n in range(1, (steps | abs) + 1) %}
    when {{ look }}(period, {{ n }}) over series = period {{ '-' if steps < 0 else '+' }} {{ steps | abs }} then {{ look }}({{ column }}, {{ n }}) over series
    {%- endfor %}
  end)
{%- endmacro %}
