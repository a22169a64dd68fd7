-- Targets by unit and indicator, each with its source.
{{ pivot_table('targets', [
  ['unit_code', 'text'],
  ['unit_name', 'text'],
  ['indicator', 'text'],
  ['target', 'figure'],
  ['measure_text', 'text'],
  ['source_type', 'text'],
  ['source_ref', 'text'],
]) }}
