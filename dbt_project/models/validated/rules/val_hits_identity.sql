-- Written by expectations/compiler.py from expectations/rules/identity.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_identity') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
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
  coalesce({{ plain("primary_industry_share") }}, '（空）') || ' + ' || coalesce({{ plain("secondary_industry_share") }}, '（空）') || ' + ' || coalesce({{ plain("tertiary_industry_share") }}, '（空）') || ' = ' || coalesce({{ plain("shares_total") }}, '（空）') as seen,
  coalesce({{ plain("100 - shares_tolerance") }}, '（空）') || ' 至 ' || coalesce({{ plain("100 + shares_tolerance") }}, '（空）') as expected,
  try_cast(100 - shares_tolerance as decimal(28, 8)) as expected_low,
  try_cast(100 + shares_tolerance as decimal(28, 8)) as expected_high,
  cast(3 as integer) as baseline_n,
  '三次产业比重 ' || coalesce({{ plain("primary_industry_share") }}, '（空）') || ' + ' || coalesce({{ plain("secondary_industry_share") }}, '（空）') || ' + ' || coalesce({{ plain("tertiary_industry_share") }}, '（空）') || ' = ' || coalesce({{ plain("shares_total") }}, '（空）') || '，与 100 相差 ' || coalesce({{ plain("shares_total - 100") }}, '（空）') || '，超出四舍五入误差 ±' || coalesce({{ plain("shares_tolerance") }}, '（空）') || '。' as why_zh,
  'The three shares add up to ' || coalesce({{ plain("shares_total") }}, '(none)') || ', ' || coalesce({{ plain("shares_total - 100") }}, '(none)') || ' off 100; rounding can explain no more than ±' || coalesce({{ plain("shares_tolerance") }}, '(none)') || '.' as why_en,
  '请对照增加值重新计算三个比重并按同样的小数位数填报；只调整其中一个凑成 100 不视为更正。' as mend_zh,
  'Recompute all three shares from value added, to the same number of decimals; forcing one of them to make 100 is no correction.' as mend_en,
  cast(least(greatest(coalesce(log10(abs(shares_total - 100) / shares_tolerance) * 1.5 + 0.8, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_id01 = 'FAIL'

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
  coalesce({{ plain("education_expenditure") }}, '（空）') || ' + ' || coalesce({{ plain("science_expenditure") }}, '（空）') as seen,
  '不超过 ' || coalesce({{ plain("fiscal_expenditure") }}, '（空）') || ' 万元' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(fiscal_expenditure as decimal(28, 8)) as expected_high,
  cast(3 as integer) as baseline_n,
  '教育支出 ' || coalesce({{ plain("education_expenditure") }}, '（空）') || ' 万元与科学技术支出 ' || coalesce({{ plain("science_expenditure") }}, '（空）') || ' 万元合计 ' || coalesce({{ plain("education_expenditure + science_expenditure") }}, '（空）') || ' 万元，大于其所属的一般公共预算支出 ' || coalesce({{ plain("fiscal_expenditure") }}, '（空）') || ' 万元。' as why_zh,
  'Education ' || coalesce({{ plain("education_expenditure") }}, '(none)') || ' and science ' || coalesce({{ plain("science_expenditure") }}, '(none)') || ' make ' || coalesce({{ plain("education_expenditure + science_expenditure") }}, '(none)') || ', more than the total ' || coalesce({{ plain("fiscal_expenditure") }}, '(none)') || ' that they are part of.' as why_en,
  '请核对三个数的计量单位和统计范围（全市或市本级），更正后重报。' as mend_zh,
  'Check unit and scope (whole city or city level) of the three figures, correct and send again.' as mend_en,
  cast(least(greatest(coalesce(3.5, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_id02 = 'FAIL'
