-- One row per scheme submission: what the scheme is and its policies.
{{ pivot_table('scheme', [
  ['scheme_id', 'text'],
  ['title_zh', 'text'],
  ['policy_document', 'text'],
  ['document_date', 'text'],
  ['scope_zh', 'text'],
  ['content_zh', 'text'],
  ['method_zh', 'text'],
  ['procedure_zh', 'text'],
  ['requirements_zh', 'text'],
  ['score_decimals', 'integer'],
  ['grade_on', 'text'],
  ['missing_policy', 'text'],
  ['quarantined_policy', 'text'],
  ['growth_weight_cap', 'decimal'],
]) }}
