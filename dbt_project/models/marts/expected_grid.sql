-- Who owes which indicator for which unit and period, by when, and what became of it: one status per cell.
select
  unit_code,
  indicator,
  period,
  status,
  status_zh,
  provider_id,
  form_id,
  due_at,
  received_at,
  is_late,
  submission_id,
  sheet,
  cell,
  value_text,
  printed_unit,
  value,
  cast(n_must_fix as integer) as n_must_fix,
  cast(n_must_explain as integer) as n_must_explain,
  rule_codes,
  why_zh,
  why_en
from {{ ref('val_grid') }}
where {{ only_changed('period') }}
