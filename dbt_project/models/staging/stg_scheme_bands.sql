-- Grade bands with the inclusivity of each edge.
{{ pivot_table('scheme_bands', [
  ['grade_code', 'text'],
  ['grade_zh', 'text'],
  ['lower', 'decimal'],
  ['lower_inclusive', 'yes_no'],
  ['upper', 'decimal'],
  ['upper_inclusive', 'yes_no'],
]) }}
