-- Bands of values and the marks they give: constant, or rising in a line to `marks_to`.
{{ pivot_table('scheme_tiers', [
  ['indicator', 'text'],
  ['class_id', 'text'],
  ['tier_from', 'figure'],
  ['from_inclusive', 'yes_no'],
  ['tier_to', 'figure'],
  ['to_inclusive', 'yes_no'],
  ['marks', 'decimal'],
  ['marks_to', 'decimal'],
]) }}
