-- Every step of every score, in order, with its inputs, its result and its reason (评价有理由).
select
  unit_code,
  period,
  step_no,
  step_kind,
  step_zh,
  step_en,
  dimension_code,
  indicator,
  input_value,
  result,
  reason_code,
  operands,
  reason_zh as why_zh,
  reason_en as why_en
from {{ ref('sco_steps') }}
where {{ only_changed('period') }}
