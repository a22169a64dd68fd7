-- What adds to or takes from a total beside the indicators (加减分), and what lifts a grade outside the quotas (专项晋等).
{{ pivot_table('scheme_adjustments', [
  ['adjustment', 'text'],
  ['name_zh', 'text'],
  ['kind', 'text'],
  ['marks', 'decimal'],
  ['cap', 'decimal'],
  ['grade', 'text'],
  ['decided_by', 'text'],
]) }}
