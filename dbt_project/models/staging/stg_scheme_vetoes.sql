-- What a scheme lets overrule a grade (一票否决): one row per veto and severity.
{{ pivot_table('scheme_vetoes', [
  ['veto', 'text'],
  ['name_zh', 'text'],
  ['trigger_on', 'text'],
  ['indicator', 'text'],
  ['limit_value', 'figure'],
  ['severity', 'text'],
  ['effect', 'text'],
  ['grade', 'text'],
  ['grade_zh', 'text'],
  ['levels', 'integer'],
  ['claw_back', 'yes_no'],
  ['decided_by', 'text'],
]) }}
