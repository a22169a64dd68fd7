{#
  Methods of the composite-index world on doubles. Results become scores rounded half-up to eight places; `score_real` keeps
  them whole. Each is null where it is undefined (no spread, no peers), shown by the status DEGENERATE or UNDEFINED.
#}

{# Min-max, goalposts, distance to target: b + (F - b) (x - bad) / (good - bad). #}
{% macro min_max(value, good, bad, base, full_marks) -%}
  {{ base }} + ({{ full_marks }} - {{ base }}) * {{ real_div('(' ~ value ~ ' - ' ~ bad ~ ')', '(' ~ good ~ ' - ' ~ bad ~ ')') }}
{%- endmacro %}

{#
  Exponential efficacy: d = b exp(ln(F / b) (x - bad) / (good - bad)); with b = 60, F = 100 this is 60 exp(-ln 0.6 u).
  Source: rankings of 国家治理 / 人民论坛; the middle gives 77.46.
#}
{% macro efficacy_exponential(value, good, bad, base, full_marks) -%}
  {{ base }} * exp(ln({{ real_div(full_marks, base) }}) * {{ real_div('(' ~ value ~ ' - ' ~ bad ~ ')', '(' ~ good ~ ' - ' ~ bad ~ ')') }})
{%- endmacro %}

{# z-score: m + s dir (x - centre) / spread. #}
{% macro z_score(value, centre, spread, direction, scale_mean, scale_sd) -%}
  {{ scale_mean }} + {{ scale_sd }} * (case when {{ direction }} = '-' then -1 else 1 end) * {{ real_div('(' ~ value ~ ' - ' ~ centre ~ ')', spread) }}
{%- endmacro %}

{# Percentile rank from the place p among n, worst = 1: (p - 1) / (n - 1), p / n or (p - 1/2) / n, stretched over b..F. #}
{% macro percentile_rank(place, n, kind, base, full_marks) -%}
  {{ base }} + ({{ full_marks }} - {{ base }}) * (case {{ kind }}
    when 'inclusive' then {{ place }} / {{ n }}
    when 'midpoint' then ({{ place }} - 0.5) / {{ n }}
    else {{ real_div('(' ~ place ~ ' - 1.0)', '(' ~ n ~ ' - 1)') }} end)
{%- endmacro %}

{#
  The same methods as a line, for the sentence beside a score: add + times x numerator / denominator (the exponential one: add x times ^
  (numerator / denominator)). A test works every sentence out again.
#}
{% macro real_lines() -%}
  {%- set share = {'numerator': 'value_ready - bad_real', 'denominator': 'good_real - bad_real'} -%}
  {%- set marks = 'cast(full_marks - base as double)' -%}
  {%- set lines = {
    'identity': {'add': 'value_ready'},
    'min_max': dict(share, add='cast(base as double)', times=marks),
    'efficacy_exponential': dict(share, add='cast(base as double)', times=real_div('cast(full_marks as double)', 'cast(base as double)')),
    'z_score': {'add': 'scale_mean_real', 'times': 'scale_sd_real * sign', 'numerator': 'value_ready - centre', 'denominator': 'spread'},
    'rank': {'add': 'cast(place_up as double)'},
    'percentile_rank': {'add': 'cast(base as double)', 'times': marks,
      'numerator': "cast(place_up as double) - case percentile_kind when 'inclusive' then 0 when 'midpoint' then 0.5 else 1 end",
      'denominator': "cast(n_ranked as double) - case when coalesce(percentile_kind, '') in ('inclusive', 'midpoint') then 0 else 1 end"},
    'threshold': {'add': 'cast(case when sign * value_ready >= sign * threshold_real then full_marks else base end as double)'},
  } -%}
  {%- for method, parts in declared_methods()['real'].items() %}{% do lines.update({method: {'add': 'cast(' ~ parts.value ~ ' as double)'}}) %}{% endfor -%}
  {{ return(lines) }}
{%- endmacro %}
