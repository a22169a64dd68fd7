{#
  Exact decimal arithmetic. DuckDB gives DOUBLE for decimal / decimal, so a quotient is taken on whole numbers and rounded
  half-up (away from zero) to `scale` digits. Inputs are cast to decimal(28, 8); the result is decimal(28, 8), null where it reaches 10^15
  (the limit of figures, sources/reading/numbers.py) or where an input does not fit.
  Limits: |numerator| < 8e11 x 10^(16 - scale) keeps the intermediate below 2^127; scale is at most 8.
#}
{% macro exact_div(numerator, denominator, scale=8) -%}
  {{ return(adapter.dispatch('exact_div', 'zhunsheng')(numerator, denominator, scale)) }}
{%- endmacro %}

{% macro duckdb__exact_div(numerator, denominator, scale) -%}
  {%- set n = 'cast(try_cast(' ~ numerator ~ ' as decimal(28, 8)) * 100000000 as hugeint)' -%}
  {%- set d = 'cast(try_cast(' ~ denominator ~ ' as decimal(28, 8)) * 100000000 as hugeint)' -%}
  cast(try_cast(
    case when {{ d }} = 0 then null else
      cast(sign({{ n }}) * sign({{ d }}) as hugeint)
      * ((abs({{ n }}) * 2 * {{ 10 ** scale }} + abs({{ d }})) // (2 * abs({{ d }})))
      * {{ 10 ** (8 - scale) }}
    end as decimal(23, 0)
  ) * cast('0.00000001' as decimal(8, 8)) as decimal(28, 8))
{%- endmacro %}

{% macro default__exact_div(numerator, denominator, scale) -%}
  cast(round(cast({{ numerator }} as decimal(28, 8)) / nullif(cast({{ denominator }} as decimal(28, 8)), 0), {{ scale }}) as decimal(28, 8))
{%- endmacro %}

{# A decimal in hundred-millionths, as a whole number; null where it does not fit the type. The wider type in between keeps DuckDB from
   multiplying two short decimals in 18 digits. #}
{% macro whole_number(expression, type) -%} cast(cast(try_cast({{ expression }} as {{ type }}) as decimal(30, 8)) * 100000000 as hugeint) {%- endmacro %}

{#
  Wide numbers: whole numbers of 10^-20, for sums of quotients that are rounded once, at the end. A number that terminates, a tie at the edge
  of a grade above all, comes out as it is wherever the common denominator of a sum stays below 10^8: what a hundred quotients lose is less
  than 10^-18, and `guard` (10^-17) is added before a rounding, half-up, away from zero.
#}
{% macro as_wide(expression) -%} (cast(try_cast({{ expression }} as decimal(23, 8)) * 100000000 as hugeint) * 1000000000000) {%- endmacro %}
{# The next ten digits of a quotient, and what is left after them; two such steps and the last give a wide number, rounded half-up. #}
{% macro next_digits(rest, by) -%} {{ rest }} * 10000000000 // {{ by }} {%- endmacro %}
{% macro rest_after(rest, by) -%} {{ rest }} * 10000000000 % {{ by }} {%- endmacro %}
{% macro wide_of_digits(whole, digits, rest, by) -%}
  ({{ whole }} * 100000000000000000000 + {{ digits }} * 10000000000 + ({{ rest }} * 20000000000 + {{ by }}) // (2 * {{ by }}))
{%- endmacro %}
{# A wide number held against an edge: `guarded` is past what quotients may have lost, and still within `guarded_edge` of the edge itself. #}
{% macro guarded(wide) -%} ({{ wide }} + 1000) {%- endmacro %}
{% macro guarded_edge(edge, includes_guarded) -%} ({{ as_wide(edge) }} + case when {{ includes_guarded }} then 0 else 2001 end) {%- endmacro %}
{% macro wide_to_exact(wide) -%}
  cast(try_cast(sign({{ wide }}) * ((abs({{ wide }}) + 1000 + 500000000000) // 1000000000000) as decimal(23, 0)) * cast('0.00000001' as decimal(8, 8)) as decimal(28, 8))
{%- endmacro %}
{# Half-up to whole `unit`s (a decimal of at most eight places). #}
{% macro wide_half_up_by(wide, unit) -%}
  {%- set u = as_wide(unit) -%}
  {{ wide_to_exact('(sign(' ~ wide ~ ') * ((abs(' ~ wide ~ ') + 1000 + ' ~ u ~ ' // 2) // ' ~ u ~ ') * ' ~ u ~ ')') }}
{%- endmacro %}

{#
  The one quotient of an exact method: (add x denominator + times x numerator) / denominator, rounded once, half-up, to eight places. Null for
  a denominator of 0 and where an input reaches the limit of figures or marks; a result that reaches it is that limit, 10^15, so that a
  method's own bounds still bind.
#}
{% macro exact_line(add, times, numerator, denominator) -%} {{ return(adapter.dispatch('exact_line', 'zhunsheng')(add, times, numerator, denominator)) }} {%- endmacro %}
{% macro duckdb__exact_line(add, times, numerator, denominator) -%}
  {%- set d = whole_number(denominator, 'decimal(24, 8)') -%}
  {%- set n = '(' ~ whole_number(add, 'decimal(15, 8)') ~ ' * ' ~ d ~ ' + ' ~ whole_number(times, 'decimal(15, 8)') ~ ' * ' ~ whole_number(numerator, 'decimal(24, 8)') ~ ')' -%}
  cast(try_cast(case when {{ d }} <> 0 then
    sign({{ n }}) * sign({{ d }}) * least((abs({{ n }}) * 2 + abs({{ d }})) // (2 * abs({{ d }})), {{ 10 ** 23 }}) end as decimal(24, 0)) * cast('0.00000001' as decimal(8, 8)) as decimal(28, 8))
{%- endmacro %}
{% macro default__exact_line(add, times, numerator, denominator) -%}
  cast(round(cast({{ add }} as decimal(38, 8)) + cast({{ times }} as decimal(38, 8)) * {{ numerator }} / nullif({{ denominator }}, 0), 8) as decimal(28, 8))
{%- endmacro %}

{# The whole part of a quotient that is not negative, by `floor` or `ceil`, without rounding it first. #}
{% macro whole_quotient(numerator, denominator, by) -%} {{ return(adapter.dispatch('whole_quotient', 'zhunsheng')(numerator, denominator, by)) }} {%- endmacro %}
{% macro duckdb__whole_quotient(numerator, denominator, by) -%}
  {%- set n, d = whole_number(numerator, 'decimal(28, 8)'), whole_number(denominator, 'decimal(28, 8)') -%}
  (case when {{ d }} <> 0 then ({{ n }}{{ ' + ' ~ d ~ ' - 1' if by == 'ceil' }}) // {{ d }} end)
{%- endmacro %}
{% macro default__whole_quotient(numerator, denominator, by) -%} {{ by }}({{ numerator }} / nullif({{ denominator }}, 0)) {%- endmacro %}

{# Round half-up (away from zero), as scores are published; decimals stay decimals. #}
{% macro half_up(expression, digits) -%}
  cast(round(cast({{ expression }} as decimal(38, 16)), {{ digits }}) as decimal(28, 8))
{%- endmacro %}

{#
  A number as people write it: at most eight decimals, no trailing zeros, thousands apart (12,345.6). Every number inside a sentence comes
  through here; what is no number below 10^20 is null.
  `separated=false` leaves the digits together: for texts that are compared or hashed, not read.
#}
{% macro plain(expression, separated=true) -%}
  {%- set trimmed = "rtrim(rtrim(cast(try_cast(" ~ expression ~ " as decimal(28, 8)) as varchar), '0'), '.')" -%}
  {{ thousands(trimmed) if separated else trimmed }}
{%- endmacro %}

{# Commas between the thousands of a number's text (12345.6 is 12,345.6), up to 15 digits before the point. Each pass sets the last comma
   still wanting, as no engine's regular expressions look ahead alike. Spark writes a group as $1. #}
{% macro thousands(text) -%} {{ return(adapter.dispatch('thousands', 'zhunsheng')(text)) }} {%- endmacro %}
{% macro duckdb__thousands(text) -%} {{ set_commas(text, '\\1,\\2\\3') }} {%- endmacro %}
{% macro default__thousands(text) -%} {{ set_commas(text, '$1,$2$3') }} {%- endmacro %}
{% macro set_commas(text, groups) -%}
  {%- set nested = namespace(sql=text) -%}
  {%- for pass in range(4) -%}
    {%- set nested.sql = "regexp_replace(" ~ nested.sql ~ ", '^(-?[0-9]+)([0-9]{3})($|[.,])', '" ~ groups ~ "')" -%}
  {%- endfor -%}
  {{ nested.sql }}
{%- endmacro %}

{# The same as an amount of a measure: persons and pieces come whole. `measure` is text, in the units of the register of measures. #}
{% macro plain_in(expression, measure) -%}
  {{ plain('(case when ' ~ measure ~ ' in ' ~ whole_measures() ~ ' then round(' ~ expression ~ ', 0) else ' ~ expression ~ ' end)') }}
{%- endmacro %}

{# A number with its measure behind it, apart but for %. #}
{% macro amount(expression, measure) -%}
  {{ plain(expression) }}, case when {{ measure }} = '%' then '' else ' ' end, {{ measure }}
{%- endmacro %}

{# Measures of things of which there is no half. #}
{% macro whole_measures() -%} ('人', '个', '件', '张', '辆', '家', '户', '所') {%- endmacro %}

{# A range in words; where one end is open the other alone is said, never "no bound". #}
{% macro range_zh(low, high, measure) -%} {{ words_of_range(low, high, measure, '不少于 ', '不超过 ', ' 至 ') }} {%- endmacro %}
{% macro range_en(low, high, measure) -%} {{ words_of_range(low, high, measure, 'at least ', 'at most ', ' to ') }} {%- endmacro %}
{% macro words_of_range(low, high, measure, at_least, at_most, to) -%}
  case
    when {{ low }} is null then '{{ at_most }}' || {{ plain_in(high, measure) }}
    when {{ high }} is null then '{{ at_least }}' || {{ plain_in(low, measure) }}
    else {{ plain_in(low, measure) }} || '{{ to }}' || {{ plain_in(high, measure) }}
  end
{%- endmacro %}

{# The same with its sign, for sentences about changes. #}
{% macro signed(expression) -%}
  (case when {{ expression }} > 0 then concat('+', {{ plain(expression) }}) else {{ plain(expression) }} end)
{%- endmacro %}

{#
  Real numbers (doubles): only for what has no exact answer (logarithms, powers, deviations) or needs more than eight places
  (composite indices). A real result that becomes a score is rounded half-up to eight places, null where it is not finite or reaches the limit of figures.
#}
{% macro to_real(text) -%} try_cast({{ text }} as double) {%- endmacro %}

{% macro real_to_exact(expression, digits=8) -%}
  {{ return(adapter.dispatch('real_to_exact', 'zhunsheng')(expression, digits)) }}
{%- endmacro %}
{% macro duckdb__real_to_exact(expression, digits) -%}
  try_cast(round(case when abs({{ expression }}) < 1e15 then {{ expression }} end, {{ digits }}) as decimal(28, 8))
{%- endmacro %}
{% macro default__real_to_exact(expression, digits) -%}
  cast(round(case when abs({{ expression }}) < 1e15 then {{ expression }} end, {{ digits }}) as decimal(28, 8))
{%- endmacro %}

{# Half-up of a real to places that are data. The twelfth significant digit settles ties that binary numbers blur (2.675 is 2.68). #}
{% macro real_half_up_to(expression, digits) -%}
  (case when {{ digits }} is null then {{ expression }} else round(cast({{ expression }} as double) * (1 + 1e-13), try_cast({{ digits }} as integer)) end)
{%- endmacro %}

{# A function of one real that answers null, not an error, outside its domain. #}
{% macro real_ln(expression) -%} (case when {{ expression }} > 0 then ln({{ expression }}) end) {%- endmacro %}
{% macro real_power(base, exponent) -%}
  (case when {{ exponent }} = 1 then {{ base }} when {{ base }} > 0 then power({{ base }}, {{ exponent }}) when {{ base }} = 0 and {{ exponent }} > 0 then 0.0
    when {{ exponent }} = floor({{ exponent }}) and {{ base }} <> 0 then power({{ base }}, {{ exponent }}) end)
{%- endmacro %}
{% macro real_div(numerator, denominator) -%} ({{ numerator }} / nullif({{ denominator }}, 0)) {%- endmacro %}

{#
  Sums, means and deviations of reals that do not depend on the order of rows, nor on how many threads add them: the values of a
  group are put in ascending order first (`ascending`, an aggregate), then added one after the other. Nulls are left out; of no
  values there is no sum. Plain sum(), avg() and stddev() of doubles differ in the last digits from run to run.
#}
{% macro ascending(expression) -%} {{ return(adapter.dispatch('ascending', 'zhunsheng')(expression)) }} {%- endmacro %}
{% macro duckdb__ascending(expression) -%} list_sort(list({{ expression }}) filter (where {{ expression }} is not null)) {%- endmacro %}
{% macro default__ascending(expression) -%} array_sort(collect_list({{ expression }})) {%- endmacro %}

{# One figure of ascending values: sum, avg, product, stddev_samp, stddev_pop, skewness, kurtosis. #}
{% macro of_ascending(statistic, values) -%} {{ return(adapter.dispatch('of_ascending', 'zhunsheng')(statistic, values)) }} {%- endmacro %}
{% macro duckdb__of_ascending(statistic, values) -%} list_{{ statistic }}({{ values }}) {%- endmacro %}
{% macro default__of_ascending(statistic, values) -%}
  {%- set total = 'aggregate(' ~ values ~ ', cast(0 as double), (a, v) -> a + v)' -%}
  {%- set mean = '(' ~ total ~ ' / size(' ~ values ~ '))' -%}
  {%- set squares = 'aggregate(' ~ values ~ ', cast(0 as double), (a, v) -> a + (v - ' ~ mean ~ ') * (v - ' ~ mean ~ '))' -%}
  {%- if statistic == 'sum' -%} (case when size({{ values }}) > 0 then {{ total }} end)
  {%- elif statistic == 'avg' -%} (case when size({{ values }}) > 0 then {{ mean }} end)
  {%- elif statistic == 'product' -%} (case when size({{ values }}) > 0 then aggregate({{ values }}, cast(1 as double), (a, v) -> a * v) end)
  {%- elif statistic == 'stddev_samp' -%} (case when size({{ values }}) > 1 then sqrt({{ squares }} / (size({{ values }}) - 1)) end)
  {%- elif statistic == 'stddev_pop' -%} (case when size({{ values }}) > 0 then sqrt({{ squares }} / size({{ values }})) end)
  {%- else -%} {{ exceptions.raise_compiler_error(statistic ~ ' of ascending values is written for DuckDB alone so far') }}
  {%- endif -%}
{%- endmacro %}

{# Bounded below and above; a null bound does not bind, a null value stays null (least and greatest overlook nulls). `x` is written three times: a column, not a formula. #}
{% macro bounded(x, low, high) -%}
  (case when {{ x }} < {{ low }} then {{ low }} when {{ x }} > {{ high }} then {{ high }} else {{ x }} end)
{%- endmacro %}
