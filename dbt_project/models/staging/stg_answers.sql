-- One row per answered line of an answer sheet (核实通知单答复表) that came along with a return.
{{ pivot_table('answers', [
  ['submission_answered', 'text'],
  ['rule_code', 'text'],
  ['answered_sheet', 'text'],
  ['answered_cell', 'text'],
  ['seen', 'text'],
  ['choice', 'text'],
  ['new_value', 'text'],
  ['reason', 'text'],
  ['evidence', 'text'],
  ['valid_until', 'text'],
]) }}
