{#
  The exact scoring methods. Each is a macro that returns SQL expressions over the columns of sco_indicator_scores. A score is one quotient,
  rounded once (exact_line): (add x denominator + times x numerator) / denominator, within `low` and `high` where a method has such bounds
  (rounding keeps order, so that bounding what is rounded is rounding what is bounded). Deductions, control indicators, rank points with a step
  and layers do not fall below 0.
  `needs` is the condition under which the method has an answer at all; otherwise the score is null and the status says why.
  Which method an indicator uses, and with which parameters, is scheme data; the methods of composite indices are in
  real_methods.sql. Columns: value x, full_marks F, base b, good / bad = satisfactory and unacceptable value (turned for "less
  is better"), sign = 1 or -1, goal = target or standard, step_exact k, per_unit_exact, place among n_ranked.
#}
{% macro exact_methods() -%}
  {% set methods = {
    'efficacy_linear': efficacy_linear(), 'completion_signed': completion_signed(), 'ratio_index': ratio_index(), 'ratio_to_best': ratio_index(),
    'progress_standard': progress_standard(), 'progress_interval': progress_interval(), 'deduction': deduction(), 'control': control(),
    'rank_points': rank_points(), 'layers': layers(), 'deviation_from_mean': deviation_from_mean(),
    'band_table': tier_marks(), 'efficacy_tiered': tier_marks(),
  } %}
  {% do methods.update(declared_methods()['exact']) %}
  {{ return(methods) }}
{%- endmacro %}

{#
  M1 Linear efficacy coefficient (功效系数法): b + (F - b) (x - bad) / (good - bad). Source: Jiangxi 2012, largest = 100,
  smallest = 60. All peers equal: the scheme's degenerate policy, shown by the status DEGENERATE (full marks by default).
#}
{% macro efficacy_linear() -%}
  {{ return({'needs': 'true', 'add': 'base', 'times': 'full_marks - base', 'numerator': 'value - unacceptable_value', 'denominator': 'satisfactory_value - unacceptable_value'}) }}
{%- endmacro %}

{#
  M2 Signed-distance completion: c = 1 + dir (x - T) / |T|, floor 0, at most `cap` (1 where the scheme gives none), times F.
  Right for negative targets and for both directions (Sichuan 2016: target -2.50 %, actual -2.66 %, less is better: 1.064).
  No answer for T = 0, which no ratio can judge (TARGET_ZERO).
#}
{% macro completion_signed() -%}
  {{ return({'needs': 'true', 'add': 'full_marks', 'times': 'sign * full_marks', 'numerator': 'value - target', 'denominator': 'abs(target)',
    'low': '0', 'high': times('full_marks', 'coalesce(cap, 1)')}) }}
{%- endmacro %}

{#
  M3 Composite ratio (综合指数法) k = x / ref, ref / x where less is better, times F, k between 0 and `ratio_cap`; M9 ratio to
  the best (比第一法) is the same with the best peer as reference (a coefficient of difficulty is an input of role multiply).
  The reference is `ratio_top` / `ratio_bottom`: a mean is not rounded on the way. No answer where ref <= 0, or x <= 0 in the reversed form.
#}
{% macro ratio_index() -%}
  {{ return({'needs': 'ratio_reference > 0 and (sign > 0 or value > 0)', 'add': '0', 'times': 'full_marks',
    'numerator': 'case when sign < 0 then ratio_top else value * ratio_bottom end', 'denominator': 'case when sign < 0 then value * ratio_bottom else ratio_top end',
    'low': '0', 'high': times('full_marks', 'ratio_cap_exact')}) }}
{%- endmacro %}

{#
  M4 Progress to a standard (实现程度): min(x / s, 1); less is better: min(s / x, 1), reached where x <= s. Null for s <= 0.
  Source: NBS 2008 plan of monitoring 全面建设小康社会.
#}
{% macro progress_standard() -%}
  {{ return({'needs': 'goal > 0', 'add': '0', 'times': 'full_marks',
    'numerator': 'case when sign < 0 and value <= goal then 1 when sign < 0 then goal else value end',
    'denominator': 'case when sign < 0 and value <= goal then 1 when sign < 0 then value else goal end', 'low': '0', 'high': 'full_marks'}) }}
{%- endmacro %}

{# M4 interval: 1 inside [q1, q2]; outside 1 - distance / max(q1 - m, M - q2), floor 0, with m and M the allowed bounds; 0 at and beyond them. #}
{% macro progress_interval() -%}
  {{ return({'needs': 'interval_low_exact <= interval_high_exact and allowed_low_exact < allowed_high_exact', 'add': 'full_marks', 'times': '-full_marks',
    'numerator': 'case when value <= allowed_low_exact or value >= allowed_high_exact then 1 else greatest(0, interval_low_exact - value, value - interval_high_exact) end',
    'denominator': 'case when value <= allowed_low_exact or value >= allowed_high_exact then 1 else greatest(interval_low_exact - allowed_low_exact, allowed_high_exact - interval_high_exact) end',
    'low': '0', 'high': 'full_marks'}) }}
{%- endmacro %}

{# M5 Deduction until nothing is left (差额扣分, 扣完为止): max(0, F - k x units short of the goal); a partial unit counts in proportion, whole (ceil) or not at all (floor). #}
{% macro deduction() -%} {{ return(less_by_units('greatest(0, sign * (goal - value))', 'goal is not null')) }} {%- endmacro %}

{# M6 Control indicator (控制性指标): full marks if none occurred, k less per occurrence, floor 0. Needs a reported zero: a missing figure is not none. #}
{% macro control() -%} {{ return(less_by_units('greatest(0, value - coalesce(standard_exact, 0))', 'value >= 0')) }} {%- endmacro %}

{% macro less_by_units(short, needs) -%}
  {{ return({'needs': needs, 'add': 'full_marks', 'times': '-step_exact',
    'numerator': "case partial when 'ceil' then " ~ whole_quotient(short, 'per_unit_exact', 'ceil') ~ " when 'floor' then " ~ whole_quotient(short, 'per_unit_exact', 'floor') ~ ' else ' ~ short ~ ' end',
    'denominator': "case when partial in ('ceil', 'floor') then 1 else per_unit_exact end"}) }}
{%- endmacro %}

{# M7 Rank points (排序赋分): F - (rank - 1) step, or F (n - rank + 1) / n where the scheme gives no step. #}
{% macro rank_points() -%}
  {{ return({'needs': 'true', 'add': 'case when step_exact is null then 0 else full_marks end', 'times': 'case when step_exact is null then full_marks else -step_exact end',
    'numerator': 'case when step_exact is null then n_ranked - place + 1 else place - 1 end', 'denominator': 'case when step_exact is null then n_ranked else 1 end'}) }}
{%- endmacro %}

{#
  M8 Layers (层差法): k equal parts of the range or of the ranking, each next layer loses a fixed mark. A value on the edge of
  two layers belongs to the better one (以上含本数).
#}
{% macro layers() -%}
  {%- set parts = 'try_cast(layers_exact as decimal(6, 0))' -%}
  {{ return({'needs': 'true', 'add': 'full_marks', 'times': '-step_exact',
    'numerator': "case when layers_by = 'count' then " ~ whole_quotient('(place - 1) * ' ~ parts, 'n_ranked', 'floor')
      ~ ' else greatest(0, ' ~ whole_quotient('try_cast(satisfactory_value - value as decimal(24, 8)) * ' ~ parts ~ ' * sign', '(satisfactory_value - unacceptable_value) * sign', 'ceil') ~ ' - 1) end',
    'denominator': '1'}) }}
{%- endmacro %}

{# M10 Deviation from the mean (对均值偏离): b + k (x - mean) / unit, turned where less is better; the mean is simple and includes the unit itself. #}
{% macro deviation_from_mean() -%}
  {{ return({'needs': 'n_peers > 0', 'add': 'base', 'times': 'sign * step_exact', 'numerator': 'value * n_peers - total', 'denominator': 'per_unit_exact * n_peers'}) }}
{%- endmacro %}

{# M11 bands and tiered efficacy: the marks of the band, or on the line from `marks` at its start to `marks_to` at its end (tiers come joined). #}
{% macro tier_marks() -%}
  {%- set flat = 'tier_marks_to is null or tier_from is null or tier_to is null' -%}
  {{ return({'needs': 'tier_marks is not null', 'add': 'tier_marks', 'times': 'case when ' ~ flat ~ ' then 0 else tier_marks_to - tier_marks end',
    'numerator': 'case when ' ~ flat ~ ' then 0 else tier_value - tier_from end', 'denominator': 'case when ' ~ flat ~ ' then 1 else tier_to - tier_from end'}) }}
{%- endmacro %}

{# Methods of which less than nothing cannot be left, whatever the scheme says of limits. #}
{% macro never_negative(method, step) -%} ({{ method }} in ('deduction', 'control', 'layers') or ({{ method }} = 'rank_points' and {{ step }} is not null)) {%- endmacro %}

{# Whether a score rests on what the peers have, since the scheme fixes neither goalposts nor a standard (methods.yml: by_peers, fixed_by). #}
{% macro rests_on_peers() -%}
  case
    when scored_by in ('efficacy_linear', 'efficacy_exponential', 'min_max') or (scored_by = 'layers' and layers_by = 'range') then low_real is null or high_real is null
    when scored_by in ('ratio_index', 'ratio_to_best') then standard_exact is null and target_exact is null and ratio_to <> 'unit' and (low_real is null or high_real is null)
    when scored_by = 'z_score' then centre_real is null or spread_real is null
    else scored_by in ('layers', 'rank_points', 'rank', 'percentile_rank', 'deviation_from_mean')
  end
{%- endmacro %}

{# How far a target is met, signed: 1 + dir (x - T) / |T|. Null for T = 0. #}
{% macro completion(value, target, sign) -%}
  1 + {{ sign }} * {{ exact_div(value ~ ' - ' ~ target, 'abs(' ~ target ~ ')', 8) }}
{%- endmacro %}

{# Product of a figure or quotient and marks, rounded half-up to eight places; null where it reaches the limit of figures. #}
{% macro times(a, b) -%}
  {{ within_limit('round(try_cast(' ~ a ~ ' as decimal(23, 8)) * try_cast(' ~ b ~ ' as decimal(15, 8)), 8)') }}
{%- endmacro %}

{# Half-up to a number of decimals that is itself data (0..8, otherwise 2). #}
{% macro half_up_to(expression, decimals) -%} {{ half_up_by(expression, last_place(decimals)) }} {%- endmacro %}

{# One unit of the last of so many decimals, and half-up to whole such units: by remainder, which decimals take exactly. #}
{% macro last_place(decimals) -%} cast(power(10, -(case when {{ decimals }} between 0 and 8 then {{ decimals }} else 2 end)) as decimal(9, 8)) {%- endmacro %}
{% macro half_up_by(expression, unit) -%}
  cast({{ expression }} - {{ expression }} % {{ unit }} + (case when abs({{ expression }} % {{ unit }}) * 2 >= {{ unit }} then sign({{ expression }}) * {{ unit }} else 0 end) as decimal(28, 8))
{%- endmacro %}
