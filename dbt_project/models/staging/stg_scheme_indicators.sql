-- One row per scored indicator of a scheme: dimension, method and its parameters.
{{ pivot_table('scheme_indicators', [
  ['indicator', 'text'],
  ['name_zh', 'text'],
  ['dimension_code', 'text'],
  ['dimension_zh', 'text'],
  ['method', 'text'],
  ['direction', 'text'],
  ['base', 'decimal'],
  ['full_marks', 'decimal'],
  ['reference', 'text'],
  ['cap', 'decimal'],
  ['nature', 'text'],
  ['aspect', 'text'],
  ['evaluator_side', 'text'],
]) }}
