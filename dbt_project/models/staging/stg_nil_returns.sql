-- Nil returns (零报告): the form for which nothing arose in a period, by its number or code, and why.
{{ pivot_table('nil_return', [
  ['form_number', 'text'],
  ['reason', 'text'],
]) }}
