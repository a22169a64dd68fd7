-- Written by expectations/compiler.py from expectations/rules/identity.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with verdicts as (
  select distinct rule_code as verdict, submission_id, sheet, row_no, col_no, indicator
  from {{ source('raw', 'door_verdict') }}
  where {{ only_changed('period') }} and rule_code in ('ID01', 'ID02')
),

failing as (
  select tested.*, verdicts.verdict
  from {{ ref('val_tested_identity') }} as tested
  inner join verdicts
    on verdicts.submission_id = tested.submission_id
    and verdicts.sheet is not distinct from tested.sheet
    and verdicts.row_no is not distinct from tested.row_no
    and verdicts.col_no is not distinct from tested.col_no
    and verdicts.indicator is not distinct from tested.indicator
  where {{ only_changed('tested.period') }}
)

-- ID01 三次产业比重之和不等于 100% / Shares of the three industries do not add up to 100 %
select
  'ID01' as rule_code,
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
  coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(primary_industry_share as decimal(28, 8)) as {{ text }}))), '（空）') || ' + ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(secondary_industry_share as decimal(28, 8)) as {{ text }}))), '（空）') || ' + ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(tertiary_industry_share as decimal(28, 8)) as {{ text }}))), '（空）') || ' = ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(shares_total as decimal(28, 8)) as {{ text }}))), '（空）') as seen,
  coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(100 - shares_tolerance as decimal(28, 8)) as {{ text }}))), '（空）') || ' 至 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(100 + shares_tolerance as decimal(28, 8)) as {{ text }}))), '（空）') as expected,
  try_cast(100 - shares_tolerance as decimal(28, 8)) as expected_low,
  try_cast(100 + shares_tolerance as decimal(28, 8)) as expected_high,
  cast(3 as integer) as baseline_n,
  '三次产业比重 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(primary_industry_share as decimal(28, 8)) as {{ text }}))), '（空）') || ' + ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(secondary_industry_share as decimal(28, 8)) as {{ text }}))), '（空）') || ' + ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(tertiary_industry_share as decimal(28, 8)) as {{ text }}))), '（空）') || ' = ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(shares_total as decimal(28, 8)) as {{ text }}))), '（空）') || ', 与 100 相差 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(shares_total - 100 as decimal(28, 8)) as {{ text }}))), '（空）') || ', 超出四舍五入所能解释的 ±' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(shares_tolerance as decimal(28, 8)) as {{ text }}))), '（空）') || '。' as why_zh,
  'The three shares add up to ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(shares_total as decimal(28, 8)) as {{ text }}))), '(none)') || ', ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(shares_total - 100 as decimal(28, 8)) as {{ text }}))), '(none)') || ' off 100; rounding can explain no more than ±' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(shares_tolerance as decimal(28, 8)) as {{ text }}))), '(none)') || '.' as why_en,
  '请对照增加值重新计算三个比重并按同样的小数位数填报; 只改其中一个凑成 100 不算改正。' as mend_zh,
  'Recompute all three shares from value added, to the same number of decimals; forcing one of them to make 100 is no correction.' as mend_en,
  cast(least(greatest(coalesce(log10(abs(shares_total - 100) / shares_tolerance) * 1.5 + 0.8, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where verdict = 'ID01'

union all

-- ID02 教育与科技支出之和大于一般公共预算支出 / Education and science exceed total budget expenditure
select
  'ID02' as rule_code,
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
  coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(education_expenditure as decimal(28, 8)) as {{ text }}))), '（空）') || ' + ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(science_expenditure as decimal(28, 8)) as {{ text }}))), '（空）') as seen,
  '不大于 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(fiscal_expenditure as decimal(28, 8)) as {{ text }}))), '（空）') as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(fiscal_expenditure as decimal(28, 8)) as expected_high,
  cast(3 as integer) as baseline_n,
  '教育支出 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(education_expenditure as decimal(28, 8)) as {{ text }}))), '（空）') || ' 与科学技术支出 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(science_expenditure as decimal(28, 8)) as {{ text }}))), '（空）') || ' 合计 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(education_expenditure + science_expenditure as decimal(28, 8)) as {{ text }}))), '（空）') || ', 大于它们所属的一般公共预算支出 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(fiscal_expenditure as decimal(28, 8)) as {{ text }}))), '（空）') || '。' as why_zh,
  'Education ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(education_expenditure as decimal(28, 8)) as {{ text }}))), '(none)') || ' and science ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(science_expenditure as decimal(28, 8)) as {{ text }}))), '(none)') || ' make ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(education_expenditure + science_expenditure as decimal(28, 8)) as {{ text }}))), '(none)') || ', more than the total ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(fiscal_expenditure as decimal(28, 8)) as {{ text }}))), '(none)') || ' that they are part of.' as why_en,
  '请核对三个数的计量单位和统计范围 (全市或市本级), 改正后重报。' as mend_zh,
  'Check unit and scope (whole city or city level) of the three figures, correct and send again.' as mend_en,
  cast(least(greatest(coalesce(3.5, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where verdict = 'ID02'
