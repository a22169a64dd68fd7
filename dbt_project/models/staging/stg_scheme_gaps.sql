-- Gaps that the scheme declares (数据缺口): an input that nobody owes this year, and why the indicator is kept all the same.
{{ pivot_table('scheme_gaps', [
  ['indicator', 'text'],
  ['class_id', 'text'],
  ['input', 'text'],
  ['reason', 'text'],
]) }}
