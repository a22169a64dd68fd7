-- One row per line of a ruling sheet (疑点裁定表) on which something was decided.
{{ pivot_table('rulings', [
  ['ruled_submission', 'text'],
  ['rule_code', 'text'],
  ['rule_version', 'integer'],
  ['ruled_sheet', 'text'],
  ['ruled_cell', 'text'],
  ['decision', 'text'],
  ['note', 'text'],
  ['valid_until', 'date'],
  ['document', 'text'],
  ['ruled_by', 'text'],
  ['ruled_on', 'date'],
]) }}
