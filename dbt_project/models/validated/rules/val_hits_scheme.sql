-- Written by expectations/compiler.py from expectations/rules/scheme.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_scheme') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
)

-- SC00 未登记的方案问题 / A problem of a scheme that is not in the catalogue
select
  'SC00' as rule_code,
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
  coalesce(cast(seen_text as {{ text }}), '（空）') as seen,
  '没有缺漏和矛盾的方案' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  coalesce(cast(message_zh as {{ text }}), '（空）') as why_zh,
  coalesce(cast(message_en as {{ text }}), '(none)') as why_en,
  coalesce(cast(finding_mend_zh as {{ text }}), '（空）') as mend_zh,
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_sc00 = 'FAIL'

union all

-- the codes that the catalogue declares
select
  listed.rule_code as rule_code,
  listed.rule_version as rule_version,
  listed.severity as severity,
  submission_id,
  provider_id,
  unit_code,
  indicator,
  period,
  sheet,
  row_no,
  col_no,
  cell,
  coalesce(cast(seen_text as {{ text }}), '（空）') as seen,
  '没有缺漏和矛盾的方案' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  coalesce(cast(message_zh as {{ text }}), '（空）') as why_zh,
  coalesce(cast(message_en as {{ text }}), '(none)') as why_en,
  coalesce(cast(finding_mend_zh as {{ text }}), '（空）') as mend_zh,
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en,
  cast(least(greatest(coalesce(1, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
inner join (values ('SC01', 1, 'W'), ('SC02', 1, 'E'), ('SC03', 1, 'E'), ('SC04', 1, 'E'), ('SC05', 1, 'E'), ('SC06', 1, 'E'), ('SC07', 1, 'E'), ('SC08', 1, 'E'), ('SC09', 1, 'E'), ('SC10', 1, 'E'), ('SC11', 1, 'E'), ('SC12', 1, 'W'), ('SC13', 1, 'E'), ('SC14', 1, 'E'), ('SC15', 1, 'W'), ('SC16', 1, 'E'), ('SC17', 1, 'E'), ('SC18', 1, 'E'), ('SC19', 1, 'E'), ('SC20', 1, 'W'), ('SC21', 1, 'W'), ('SC22', 1, 'E'), ('SC23', 1, 'E'), ('SC24', 1, 'E'), ('SC25', 1, 'E'), ('SC26', 1, 'W'), ('SC27', 1, 'E'), ('SC28', 1, 'E'), ('SC31', 1, 'E'), ('SC32', 1, 'E'), ('SC33', 1, 'E'), ('SC34', 1, 'E'), ('SC35', 1, 'E'), ('SC36', 1, 'E'), ('SC37', 1, 'E')) as listed(rule_code, rule_version, severity) on listed.rule_code = failing.finding_code
