-- Which class of peers a unit belongs to under a scheme, and whether it is listed apart (单列): scored, but neither ranked nor counted.
{{ pivot_table('scheme_classes', [
  ['unit_code', 'text'],
  ['unit_name', 'text'],
  ['class_id', 'text'],
  ['class_zh', 'text'],
  ['is_separate', 'yes_no'],
]) }}
