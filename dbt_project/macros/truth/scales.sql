{#
  The scale on which figures are compared over the years, and the rarity of a distance on it.
  Doubles throughout: these numbers order suspicions, they never enter a score.
#}

{# Every indicator with its scale. #}
{% macro indicator_scales() -%}
  select
    {{ as_indicator('indicator') }} as indicator, name_zh, name_en, unit, hard_low, hard_high, direction, additive,
    coalesce(hard_low >= 0, false) as is_positive,
    case when unit = '%' then 5.0 else coalesce(cast(soft_high as double) / 1000, 1.0) end as soft
  from {{ source('raw', 'register_indicators') }}
{%- endmacro %}

{# A value on the comparing scale: ln where it can only be positive, else asinh(value / soft), which is linear near zero.
   Reads columns is_positive and soft beside the value. #}
{% macro on_log_scale(value, positive='is_positive', soft='soft') -%}
  (case
    when {{ positive }} and {{ value }} > 0 then ln(cast({{ value }} as double))
    when {{ positive }} then null
    else ln(cast({{ value }} as double) / {{ soft }} + sqrt(cast({{ value }} as double) / {{ soft }} * (cast({{ value }} as double) / {{ soft }}) + 1))
  end)
{%- endmacro %}

{# The value of a level: the inverse of on_log_scale. Levels are cut where a figure could not be printed anyway. #}
{% macro from_log_scale(level, positive='is_positive', soft='soft') -%}
  (case
    when {{ level }} is null then null  {# greatest and least pass over a NULL #}
    when {{ positive }} then exp(least(greatest({{ level }}, -18), 40))
    else {{ soft }} * (exp(least(greatest({{ level }}, -40), 40)) - exp(-least(greatest({{ level }}, -40), 40))) / 2
  end)
{%- endmacro %}

{# The median of up to four columns, NULLs left out. #}
{% macro middle(columns) -%}
  (case {{ count_of(columns) }}
    when 0 then null
    when 1 then coalesce({{ columns | join(', ') }})
    when 2 then ({{ sum_of(columns) }}) / 2
    when 3 then {{ sum_of(columns) }} - {{ most_of(columns) }} - {{ least_of(columns) }}
    else ({{ sum_of(columns) }} - {{ most_of(columns) }} - {{ least_of(columns) }}) / 2
  end)
{%- endmacro %}
{% macro count_of(columns) -%}
  ({% for c in columns %}(case when {{ c }} is not null then 1 else 0 end){{ ' + ' if not loop.last }}{% endfor %})
{%- endmacro %}
{% macro sum_of(columns) -%} ({% for c in columns %}coalesce({{ c }}, 0){{ ' + ' if not loop.last }}{% endfor %}) {%- endmacro %}
{% macro most_of(columns) -%} greatest({% for c in columns %}coalesce({{ c }}, -1e9){{ ', ' if not loop.last }}{% endfor %}) {%- endmacro %}
{% macro least_of(columns) -%} least({% for c in columns %}coalesce({{ c }}, 1e9){{ ', ' if not loop.last }}{% endfor %}) {%- endmacro %}

{# Significant digits as printed, without sign, point and outer zeros after the point: 330 gives 330, 0.50 gives 05. #}
{% macro plain_digits(value) -%}
  replace(replace(trim(trailing '.' from trim(trailing '0' from cast(cast({{ value }} as decimal(28, 8)) as {{ dbt.type_string() }}))), '.', ''), '-', '')
{%- endmacro %}

{# How many significant digits are printed, outer zeros not counted: 330 has 2, 0.50 has 1. #}
{% macro significant_digits(value) -%}
  length(trim(both '0' from replace(cast(abs(cast({{ value }} as decimal(28, 8))) as {{ dbt.type_string() }}), '.', '')))
{%- endmacro %}

{# -log10 of how rare an honest figure `off` spreads away is. Heavy-tailed on purpose: p = 1 / (1 + 3 off^2) is at or above
   the share seen on the sample (2018-2023, 6,500 figures with their own errors) everywhere beyond 2: .05 at 2.5 (seen .02),
   .02 at 4 (.01), .006 at 7.7 (.005), .0007 at 22 (.001). #}
{% macro rarity(off) -%} log10(1 + 3 * {{ off }} * {{ off }}) {%- endmacro %}

{# -log10 of the chance that `tries` blind corrections would bring a wrong figure as close as `off` spreads to what is expected,
   wrong figures lying anywhere within a factor of about e^2 either way. #}
{% macro explained(tries, off, spread) -%}
  greatest(0, -log10(least(1.0, {{ tries }} * 2 * greatest({{ off }}, 0.5) * {{ spread }} / 4)))
{%- endmacro %}

{# The half step that a certainty exceeds: 4.01 exceeds 4, 4.00 exceeds 3.5. Doubt is handed on in half steps (val_doubts), so that a return which shifts
   everybody's rank a little changes nothing further down. #}
{% macro half_step(certainty) -%} (ceil(2 * {{ certainty }}) - 1) / 2 {%- endmacro %}
