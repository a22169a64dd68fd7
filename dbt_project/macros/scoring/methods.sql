{#
  Scoring methods. Each gives a SQL expression, null where it has no answer; which method an indicator uses, and with which
  parameters, is scheme data. The exact ones take and give decimal(28, 8); the real ones (macros/scoring/real_methods.sql) doubles.
  x value, F full marks, b base; good / bad: satisfactory and unacceptable value, already turned for "less is better".
#}

{#
  M1 Linear efficacy coefficient (功效系数法): d = b + (F - b) (x - bad) / (good - bad). Source: Jiangxi 2012, largest = 100,
  smallest = 60. All peers equal: the scheme's degenerate policy, told by the status DEGENERATE (full marks by default).
#}
{% macro efficacy_linear(value, satisfactory, unacceptable, base, full_marks) -%}
  case
    when {{ satisfactory }} = {{ unacceptable }} then cast({{ full_marks }} as decimal(28, 8))
    else {{ base }} + {{ exact_div(
      '(' ~ full_marks ~ ' - ' ~ base ~ ') * cast(' ~ value ~ ' - ' ~ unacceptable ~ ' as decimal(26, 8))',
      satisfactory ~ ' - ' ~ unacceptable, 8) }}
  end
{%- endmacro %}

{#
  M2 Signed-distance completion: c = 1 + dir (x - T) / |T|. Right for negative targets and for both directions
  (Sichuan 2016: target -2.50 %, actual -2.66 %, less is better: 1.064). Null for T = 0, which no ratio can judge.
#}
{% macro signed_completion(value, target, direction) -%}
  1 + (case when {{ direction }} = '-' then -1 else 1 end) * {{ exact_div(value ~ ' - ' ~ target, 'abs(' ~ target ~ ')', 8) }}
{%- endmacro %}

{# Completion to marks: floor 0, at most `cap` (1 where the scheme gives none) times full marks, and never above full marks x cap. #}
{% macro completion_score(completion, cap, full_marks) -%}
  cast(round({{ full_marks }} * cast(least(greatest({{ completion }}, 0), coalesce({{ cap }}, 1)) as decimal(18, 8)), 8) as decimal(28, 8))
{%- endmacro %}

{#
  M3 Composite ratio (综合指数法) k = x / ref, ref / x where less is better; times F, k at most `cap`. Null where ref <= 0, or
  x <= 0 in the reversed form.
#}
{% macro ratio_index(value, reference, direction, cap) -%}
  (case
    when {{ reference }} <= 0 or ({{ direction }} = '-' and {{ value }} <= 0) then null
    when {{ direction }} = '-' then least({{ exact_div(reference, value, 8) }}, coalesce({{ cap }}, 99999999))
    else least({{ exact_div(value, reference, 8) }}, coalesce({{ cap }}, 99999999))
  end)
{%- endmacro %}

{#
  M4 Progress to a standard (实现程度): min(x / s, 1); less is better: min(s / x, 1), reached where x <= 0. Null for s <= 0.
  Source: NBS 2008 plan of monitoring 全面建设小康社会.
#}
{% macro progress_standard(value, standard, direction) -%}
  (case
    when {{ standard }} <= 0 then null
    when {{ direction }} = '-' and {{ value }} <= {{ standard }} then 1
    when {{ direction }} = '-' then {{ exact_div(standard, value, 8) }}
    else {{ bounded(exact_div(value, standard, 8), '0', '1') }}
  end)
{%- endmacro %}

{# M4 interval: 1 inside [q1, q2]; outside 1 - distance / max(q1 - m, M - q2), floor 0, with m and M the allowed bounds. #}
{% macro progress_interval(value, q1, q2, m, big_m) -%}
  (case
    when {{ value }} is null or {{ q1 }} is null or {{ q2 }} is null or {{ m }} is null or {{ big_m }} is null then null
    when {{ value }} between {{ q1 }} and {{ q2 }} then 1
    when {{ value }} <= {{ m }} or {{ value }} >= {{ big_m }} then 0
    else {{ bounded('1 - ' ~ exact_div('greatest(' ~ q1 ~ ' - ' ~ value ~ ', ' ~ value ~ ' - ' ~ q2 ~ ')', 'greatest(' ~ q1 ~ ' - ' ~ m ~ ', ' ~ big_m ~ ' - ' ~ q2 ~ ')', 8), '0', '1') }}
  end)
{%- endmacro %}

{# Number of units in a shortfall: proportional, or the partial unit counted whole (ceil) or not at all (floor). Exact. #}
{% macro units_short(shortfall, per_unit, partial) -%}
  (case {{ partial }}
    when 'ceil' then ceil({{ exact_div(shortfall, per_unit, 8) }})
    when 'floor' then floor({{ exact_div(shortfall, per_unit, 8) }})
    else {{ exact_div(shortfall, per_unit, 8) }}
  end)
{%- endmacro %}

{# Product of two decimals, rounded half-up to eight places; the second is at most 99999999.99999999. #}
{% macro times(a, b) -%}
  cast(round(cast({{ a }} as decimal(20, 8)) * cast({{ b }} as decimal(16, 8)), 8) as decimal(28, 8))
{%- endmacro %}

{# M5 Deduction until nothing is left (差额扣分, 扣完为止): max(0, F - k x units short of the target). M6 is this with target 0. #}
{% macro deduction(value, target, direction, full_marks, step, per_unit, partial) -%}
  {%- set short = bounded('case when ' ~ direction ~ " = '-' then " ~ value ~ ' - ' ~ target ~ ' else ' ~ target ~ ' - ' ~ value ~ ' end', '0', 'null') -%}
  {{ bounded(full_marks ~ ' - ' ~ times(units_short(short, per_unit, partial), step), '0', 'null') }}
{%- endmacro %}

{# M7 Rank points (排序赋分): F - (rank - 1) step, or F (n - rank + 1) / n where the scheme gives no step. #}
{% macro rank_points(place, n, step, full_marks) -%}
  (case
    when {{ step }} is not null then {{ bounded(full_marks ~ ' - ' ~ times('cast(' ~ place ~ ' as decimal(12, 2)) - 1', step), '0', 'null') }}
    else {{ exact_div(full_marks ~ ' * (' ~ n ~ ' - cast(' ~ place ~ ' as decimal(12, 2)) + 1)', n, 8) }}
  end)
{%- endmacro %}

{#
  M8 Layers (层差法): the layer, 0 the best, of k equal parts of the range or of the ranking. A value on the edge of two layers
  belongs to the better one (以上含本数).
#}
{% macro layer(value, good, bad, place, n, k, layers_by) -%}
  (case
    when {{ layers_by }} = 'count' then floor({{ exact_div('(cast(' ~ place ~ ' as decimal(12, 2)) - 1) * ' ~ k, n, 8) }})
    when {{ good }} = {{ bad }} then 0
    else {{ bounded('ceil(' ~ exact_div('(cast(' ~ good ~ ' - ' ~ value ~ ' as decimal(24, 8))) * cast(' ~ k ~ ' as decimal(6, 0))', good ~ ' - ' ~ bad, 8) ~ ') - 1', '0', k ~ ' - 1') }}
  end)
{%- endmacro %}

{# M11 and tiered efficacy: marks of the band, or on the line from `marks` at its start to `marks_to` at its end. #}
{% macro tier_marks(value, tier_from, tier_to, marks, marks_to) -%}
  (case
    when {{ marks_to }} is null or {{ tier_from }} is null or {{ tier_to }} is null then {{ marks }}
    else {{ marks }} + {{ exact_div('cast(' ~ marks_to ~ ' - ' ~ marks ~ ' as decimal(12, 4)) * cast(' ~ value ~ ' - ' ~ tier_from ~ ' as decimal(24, 8))', tier_to ~ ' - ' ~ tier_from, 8) }}
  end)
{%- endmacro %}

{# M10 Deviation from the mean (对均值偏离): b + k (x - mean) / unit, turned where less is better. #}
{% macro deviation_from_mean(value, total, n, direction, base, step, per_unit) -%}
  {{ base }} + (case when {{ direction }} = '-' then -1 else 1 end) * {{ times(exact_div(value ~ ' - ' ~ exact_div(total, n, 8), per_unit, 8), step) }}
{%- endmacro %}

{# Half-up to a number of decimals that is itself data (0..8). #}
{% macro half_up_to(expression, decimals) -%}
  (case {{ decimals }}
    {%- for digits in range(9) %} when {{ digits }} then {{ half_up(expression, digits) }}{% endfor %}
    else {{ half_up(expression, 2) }} end)
{%- endmacro %}
