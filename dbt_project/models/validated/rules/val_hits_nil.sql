-- Written by expectations/compiler.py from expectations/rules/nil.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_nil') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
)

-- NL01 零报告所涉的表不由本单位报送 / A nil return for a form that is not owed
select
  'NL01' as rule_code,
  cast(1 as integer) as rule_version,
  'E' as severity,
  submission_id,
  provider_id,
  unit_code,
  indicator,
  period,
  sheet,
  row_no,
  col_no,
  cell,
  coalesce(cast(coalesce(form_number, '（空白）') as {{ text }}), '（空）') as seen,
  '本单位应报的表号' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '零报告填写的表号为“' || coalesce(cast(coalesce(form_number, '（空白）') as {{ text }}), '（空）') || '”，该表不由本单位报送，不作为零报告。' as why_zh,
  'The nil return names form ' || coalesce(cast(coalesce(form_number, '（空白）') as {{ text }}), '(none)') || ', which this provider does not owe; it cannot stand.' as why_en,
  '请填写本单位应报报表的表号（如 TJ-01）后重报。' as mend_zh,
  'Give the number of a form that you owe, e.g. TJ-01, and send again.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_nl01 = 'FAIL'
