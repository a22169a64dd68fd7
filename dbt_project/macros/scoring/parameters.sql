{#
  The parameters that a scheme may give an indicator (table scheme_parameters), by kind: text as written, exact decimals for
  what a grade can hang on, reals for composite indices. What each means: docs/schemes.md. Defaults are here only.
#}
{% macro scoring_parameters() -%}
  {{ return({
    'text': {
      'combine': 'ratio', 'inputs_missing': 'all', 'transform': 'none', 'transform_when': 'before', 'goalposts_in': 'raw',
      'impute': 'none', 'impute_by': 'all', 'treat': 'none', 'reference_by': 'class', 'reference_periods': 'each',
      'sd_kind': 'sample', 'clamp': none, 'degenerate_policy': 'full', 'partial': 'proportional', 'ties': 'min',
      'layers_by': 'range', 'tier_on': 'value', 'ratio_to': 'best', 'missing_policy': none, 'reference_unit': none,
      'percentile_kind': 'exclusive',
    },
    'exact': {
      'low': none, 'high': none, 'standard': none, 'target': none, 'step': none, 'per_unit': 1, 'layers': 5,
      'interval_low': none, 'interval_high': none, 'allowed_low': none, 'allowed_high': none, 'score_floor': none, 'score_cap': none,
      'ratio_cap': none, 'threshold': none, 'min_peers': 2,
    },
    'real': {
      'low': none, 'high': none, 'transform_power': 1, 'transform_offset': 0, 'factor': 1, 'offset': 0,
      'value_floor': none, 'value_cap': none, 'impute_value': none, 'win_max': 5, 'skew_limit': 2, 'kurtosis_limit': 3.5,
      'clip_low': none, 'clip_high': none, 'low_percentile': none, 'high_percentile': none, 'best_mean_of': none,
      'centre': none, 'spread': none, 'scale_mean': 0, 'scale_sd': 1, 'score_floor': none, 'score_cap': none, 'threshold': none,
      'trim': 1, 'divisor_minimum': none, 'reference_period': none, 'score_decimals': none, 'ratio_cap': none, 'score_power': 1,
    },
  }) }}
{%- endmacro %}
