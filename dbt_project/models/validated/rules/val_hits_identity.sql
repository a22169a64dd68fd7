-- Written by expectations/compiler.py from expectations/rules/identity.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  with of_unit as (
    select
      submission_id, unit_code, period
      {%- for name in ('primary_industry_share', 'secondary_industry_share', 'tertiary_industry_share', 'fiscal_expenditure', 'education_expenditure', 'science_expenditure') %},
      max(case when indicator = '{{ name }}' then value end) as {{ name }},
      min(case when indicator = '{{ name }}' then tick end) as {{ name }}_tick
      {%- endfor %}
    from {{ ref('stg_figures') }}
    where {{ only_changed('period') }} and unit_code is not null and value is not null and indicator in ('primary_industry_share', 'secondary_industry_share', 'tertiary_industry_share', 'fiscal_expenditure', 'education_expenditure', 'science_expenditure')
    group by submission_id, unit_code, period
  )

  select
    figures.submission_id, figures.provider_id, figures.unit_code, figures.indicator, figures.period,
    figures.sheet, figures.row_no, figures.col_no, figures.cell,
    figures.value_text, figures.value,
    {%- for name in ('primary_industry_share', 'secondary_industry_share', 'tertiary_industry_share', 'fiscal_expenditure', 'education_expenditure', 'science_expenditure') %}
    of_unit.{{ name }},
    {%- endfor %}
    of_unit.primary_industry_share + of_unit.secondary_industry_share + of_unit.tertiary_industry_share as shares_total,
    -- 0.5 x 10^-d x (k + 1) with k = 3; d = the most decimals of the three, as a spreadsheet drops trailing zeros
    2 * least(of_unit.primary_industry_share_tick, of_unit.secondary_industry_share_tick,
      of_unit.tertiary_industry_share_tick) as shares_tolerance,
    (of_unit.education_expenditure_tick + of_unit.science_expenditure_tick + of_unit.fiscal_expenditure_tick)
      as spending_tolerance
  from {{ ref('stg_figures') }} as figures
  inner join of_unit
    on of_unit.submission_id = figures.submission_id and of_unit.unit_code = figures.unit_code
    and of_unit.period = figures.period
  where {{ only_changed('figures.period') }} and figures.value is not null and figures.indicator in ('primary_industry_share', 'secondary_industry_share', 'tertiary_industry_share', 'fiscal_expenditure', 'education_expenditure', 'science_expenditure')
),

judged as (
  select
    tested.*,
    case
      when not coalesce(indicator in ('primary_industry_share', 'secondary_industry_share', 'tertiary_industry_share'), false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(shares_total is null, false) then 'TOO_FEW_POINTS'
      else case (abs(shares_total - 100) > shares_tolerance) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_id01,
    case
      when not coalesce(indicator in ('fiscal_expenditure', 'education_expenditure', 'science_expenditure'), false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(fiscal_expenditure is null or education_expenditure is null or science_expenditure is null, false) then 'TOO_FEW_POINTS'
      else case (education_expenditure + science_expenditure > fiscal_expenditure + spending_tolerance) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_id02
  from tested
),

failing as (
  select * from judged
  where outcome_id01 = 'FAIL' or outcome_id02 = 'FAIL'
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
where outcome_id02 = 'FAIL'
