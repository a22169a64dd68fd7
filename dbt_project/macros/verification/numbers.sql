{# A number of the register `verification` (sources/registers/verification.csv), by its name. #}
{% macro verification(parameter) -%}
  (select cast(policy.value as double) from {{ source('raw', 'register_verification') }} as policy where policy.parameter = '{{ parameter }}')
{%- endmacro %}

{# A number in (0, 1) that depends on the text alone, the same on every machine: the first 48 bits of its MD5, moved off zero. #}
{% macro even_draw(text) -%} {{ return(adapter.dispatch('even_draw', 'zhunsheng')(text)) }} {%- endmacro %}
{% macro duckdb__even_draw(text) -%}
  ((cast(cast(concat('0x', substr(md5({{ text }}), 1, 12)) as bigint) as double) + 0.5) / 281474976710656.0)
{%- endmacro %}
{% macro default__even_draw(text) -%}
  ((cast(conv(substr(md5({{ text }}), 1, 12), 16, 10) as double) + 0.5) / 281474976710656.0)
{%- endmacro %}
