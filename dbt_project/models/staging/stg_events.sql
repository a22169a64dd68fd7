-- What happened and was found by a document: bonus, deduction, promotion and veto events (加减分和否决事项认定表).
{{ pivot_table('events', [
  ['unit_code', 'text'],
  ['unit_name', 'text'],
  ['event_code', 'text'],
  ['quantity', 'decimal'],
  ['severity', 'text'],
  ['document', 'text'],
  ['document_date', 'text'],
  ['note', 'text'],
]) }}
