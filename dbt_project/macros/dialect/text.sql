{# Full-width digits and signs, as an input method leaves them, to ASCII; blanks of both widths trimmed. #}
{% macro ascii_number(text) -%}
  trim(translate({{ text }}, '０１２３４５６７８９．，％－＋−　', '0123456789.,%-+- '))
{%- endmacro %}

{# Whole-string match. DuckDB: regexp_full_match; Spark: rlike with anchors. #}
{% macro full_match(text, pattern) -%}
  {{ return(adapter.dispatch('full_match', 'zhunsheng')(text, pattern)) }}
{%- endmacro %}
{% macro duckdb__full_match(text, pattern) -%} regexp_full_match({{ text }}, '{{ pattern }}') {%- endmacro %}
{% macro default__full_match(text, pattern) -%} {{ text }} rlike '^{{ pattern }}$' {%- endmacro %}

{# A decimal from text, or null. Never dbt.safe_cast, which is a plain cast on DuckDB. #}
{# Up to the limit of figures (15 whole digits), or of marks, weights and shares (6): what is larger is null here, and its cell was reported by the
   reader (sources/reading/numbers.py), so that nothing that was sent can overflow in arithmetic. #}
{% macro to_decimal(text) -%} cast(try_cast({{ text }} as decimal(23, 8)) as decimal(28, 8)) {%- endmacro %}
{# The same for a value that was worked out: null where it reaches the limit of figures. #}
{% macro within_limit(expression) -%} cast(try_cast({{ expression }} as decimal(23, 8)) as decimal(28, 8)) {%- endmacro %}
{% macro to_marks(text) -%} cast(try_cast({{ text }} as decimal(14, 8)) as decimal(28, 8)) {%- endmacro %}
{# A number's text as a real lies below the limit of figures (sources/reading/numbers.py): what is larger is stored as text and never computed with. #}
{% macro is_storable(real) -%} coalesce(abs({{ real }}) < 1e15, false) {%- endmacro %}
{# A date as people write it (2025-12-31, 2025/12/31, 2025年12月31日), or null. #}
{% macro to_date(text) -%} try_cast(replace(translate({{ text }}, '/.年月', '----'), '日', '') as date) {%- endmacro %}
{% macro to_integer(text) -%} cast(try_cast({{ text }} as decimal(6, 0)) as integer) {%- endmacro %}

{# The digits as sent, where they say the same as the typed value and more than its eight places; the typed value otherwise. #}
{% macro as_printed(value, text) -%}
  (case when abs({{ to_real(text) }} - cast({{ value }} as double)) <= 5e-9 * 1.0000001 then {{ to_real(text) }} else cast({{ value }} as double) end)
{%- endmacro %}

{# An indicator's name, kept as a number beside a dictionary where the database can: every rule joins and groups figures by it, and long
   texts cost a third more there, thrice as much from tens of millions of figures on. It compares with texts like a text. The dictionary
   (a type of the warehouse, sources/raw.py) is the register's; a changed register computes every period anew. #}
{% macro as_indicator(name) -%} {{ return(adapter.dispatch('as_indicator', 'zhunsheng')(name)) }} {%- endmacro %}
{% macro duckdb__as_indicator(name) -%} cast({{ name }} as raw.indicator_code) {%- endmacro %}
{% macro default__as_indicator(name) -%} {{ name }} {%- endmacro %}
