-- Which class of peers a unit belongs to under a scheme.
{{ pivot_table('scheme_classes', [
  ['unit_code', 'text'],
  ['unit_name', 'text'],
  ['class_id', 'text'],
  ['class_zh', 'text'],
]) }}
