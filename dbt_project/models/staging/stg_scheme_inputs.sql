-- What an indicator is computed from, where the scheme itself says so. `lag` is a number of periods back.
{{ pivot_table('scheme_inputs', [
  ['indicator', 'text'],
  ['input', 'text'],
  ['role', 'text'],
  ['coefficient', 'figure'],
  ['lag', 'integer'],
]) }}
