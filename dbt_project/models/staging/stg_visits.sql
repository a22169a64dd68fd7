-- One row per figure recounted on a verification visit (察访核验记录表).
{{ pivot_table('visits', [
  ['unit_code', 'text'],
  ['indicator', 'text'],
  ['reported', 'figure'],
  ['measure_text', 'text'],
  ['inclusion_probability', 'decimal'],
  ['result', 'text'],
  ['verified', 'figure'],
  ['material', 'text'],
  ['document', 'text'],
  ['visited_by', 'text'],
  ['visited_on', 'date'],
]) }}
