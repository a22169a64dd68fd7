-- How many units may have a grade (名额).
{{ pivot_table('scheme_quotas', [
  ['grade', 'text'],
  ['class_id', 'text'],
  ['scope', 'text'],
  ['number', 'integer'],
  ['share', 'decimal'],
  ['rounding', 'text'],
  ['ties', 'text'],
  ['tiebreak', 'text'],
  ['needs_threshold', 'yes_no'],
  ['passes_on', 'yes_no'],
]) }}
