-- Written by expectations/compiler.py from expectations/rules/reading.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_reading') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
)

-- RD00 未登记的读取问题 / A reading problem that is not in the catalogue
select
  'RD00' as rule_code,
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
  '可以读取的报表' as expected,
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
where outcome_rd00 = 'FAIL'

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
  '可以读取的报表' as expected,
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
inner join (values ('RD01', 1, 'E'), ('RD02', 1, 'E'), ('RD03', 1, 'E'), ('RD04', 1, 'E'), ('RD05', 1, 'E'), ('RD06', 1, 'E'), ('RD07', 1, 'E'), ('RD08', 1, 'E'), ('RD09', 1, 'E'), ('RD10', 1, 'I'), ('RD11', 1, 'I'), ('RD12', 1, 'E'), ('RD13', 1, 'E'), ('RD14', 1, 'W'), ('RD15', 1, 'E'), ('RD16', 1, 'I'), ('RD20', 1, 'E'), ('RD21', 1, 'E'), ('RD22', 1, 'W'), ('RD23', 1, 'W'), ('RD24', 1, 'E'), ('RD25', 1, 'E'), ('RD26', 1, 'E'), ('RD27', 1, 'E'), ('RD28', 1, 'E'), ('RD29', 1, 'E'), ('RD30', 1, 'I'), ('RD31', 1, 'E'), ('RD32', 1, 'E'), ('RD33', 1, 'E'), ('RD34', 1, 'E'), ('RD35', 1, 'W'), ('RD36', 1, 'W'), ('RD37', 1, 'I'), ('RD38', 1, 'W'), ('RD39', 1, 'E'), ('RD40', 1, 'E'), ('RD41', 1, 'E'), ('RD42', 1, 'E'), ('RD43', 1, 'E'), ('RD44', 1, 'E'), ('RD45', 1, 'E'), ('RD46', 1, 'E'), ('RD47', 1, 'E'), ('RD50', 1, 'E'), ('RD51', 1, 'E'), ('RD52', 1, 'W'), ('RD53', 1, 'I'), ('RD54', 1, 'I'), ('RD55', 1, 'I'), ('RD60', 1, 'E'), ('RD61', 1, 'E'), ('RD62', 1, 'E'), ('RD63', 1, 'W'), ('RD64', 1, 'E'), ('RD65', 1, 'E'), ('RD66', 1, 'W'), ('RD67', 1, 'W'), ('RD90', 1, 'I'), ('RD91', 1, 'E')) as listed(rule_code, rule_version, severity) on listed.rule_code = failing.finding_code
