-- Parameters of a scheme's indicators, one row each; a blank class means every class. docs/schemes.md names them.
{{ pivot_table('scheme_parameters', [
  ['indicator', 'text'],
  ['class_id', 'text'],
  ['parameter', 'text'],
  ['parameter_value', 'text'],
]) }}
