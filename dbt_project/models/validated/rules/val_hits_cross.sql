-- Written by expectations/compiler.py from expectations/rules/cross.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_cross') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
)

-- CR01 地区生产总值、人均地区生产总值与常住人口不符 / Product, product per head and population do not fit
select
  'CR01' as rule_code,
  cast(1 as integer) as rule_version,
  'W' as severity,
  submission_id,
  provider_id,
  unit_code,
  indicator,
  period,
  sheet,
  row_no,
  col_no,
  cell,
  coalesce(cast(value_text as {{ text }}), '（空）') as seen,
  '推算人口约 ' || coalesce({{ plain("round(resident_population / 10000, 1)") }}, '（空）') || ' 万人' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(3 as integer) as baseline_n,
  coalesce(cast(period as {{ text }}), '（空）') || ' 年地区生产总值除以人均地区生产总值，得 ' || coalesce({{ plain("round(gdp / nullif(gdp_per_capita, 0) / 10000, 1)") }}, '（空）') || ' 万人，而填报的常住人口为 ' || coalesce({{ plain("round(resident_population / 10000, 1)") }}, '（空）') || ' 万人，相差 ' || coalesce({{ plain("round((gdp / nullif(gdp_per_capita, 0) / nullif(resident_population, 0) - 1) * 100, 1)") }}, '（空）') || '%，需核验。' as why_zh,
  'In ' || coalesce(cast(period as {{ text }}), '(none)') || ' product divided by product per head gives ' || coalesce({{ plain("round(gdp / nullif(gdp_per_capita, 0) / 10000, 1)") }}, '(none)') || ' 万人, while the resident population is ' || coalesce({{ plain("round(resident_population / 10000, 1)") }}, '(none)') || ' 万人, ' || coalesce({{ plain("round((gdp / nullif(gdp_per_capita, 0) / nullif(resident_population, 0) - 1) * 100, 1)") }}, '(none)') || ' % off; please verify.' as why_en,
  '请核对三个数的口径（常住或户籍、年末或年均）和修订版次，更正或说明。' as mend_zh,
  'Check the definitions of the three figures (resident or registered, year-end or average) and their vintages; correct or explain.' as mend_en,
  cast(least(greatest(coalesce(2 * log10(1 + abs(gdp / (gdp_per_capita * resident_population) - 1) * 100 / 3) + 0.2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_cr01 = 'FAIL'

union all

-- CR02 增速与总量不符 / Growth rate and level do not fit
select
  'CR02' as rule_code,
  cast(1 as integer) as rule_version,
  'W' as severity,
  submission_id,
  provider_id,
  unit_code,
  indicator,
  period,
  sheet,
  row_no,
  col_no,
  cell,
  replace(coalesce(cast(value_text as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）'), ' %', '%') as seen,
  '隐含价格变动 −5% 至 15%' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(3 as integer) as baseline_n,
  '地区生产总值名义增长 ' || coalesce({{ plain("round((gdp / nullif(last_gdp, 0) - 1) * 100, 1)") }}, '（空）') || '%，公布的实际增速为 ' || coalesce({{ plain("gdp_growth_rate") }}, '（空）') || '%，推算价格变动 ' || coalesce({{ plain("round(((gdp / nullif(last_gdp, 0)) / nullif(1 + gdp_growth_rate / 100, 0) - 1) * 100, 1)") }}, '（空）') || '%，不在 −5% 至 15% 之间，需核验。' as why_zh,
  'Nominal growth is ' || coalesce({{ plain("round((gdp / nullif(last_gdp, 0) - 1) * 100, 1)") }}, '(none)') || ' % and the reported real growth ' || coalesce({{ plain("gdp_growth_rate") }}, '(none)') || ' %; the implied price change of ' || coalesce({{ plain("round(((gdp / nullif(last_gdp, 0)) / nullif(1 + gdp_growth_rate / 100, 0) - 1) * 100, 1)") }}, '(none)') || ' % lies outside -5 % to 15 %; please verify.' as why_en,
  '请核对增速的小数点、总量的单位和上年总量是否修订，更正或说明。' as mend_zh,
  'Check the decimal point of the growth rate, the unit of the level and whether last year was revised; correct or explain.' as mend_en,
  cast(least(greatest(coalesce(1, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_cr02 = 'FAIL'

union all

-- CR03 教育与科技支出之和大于支出合计（两份报表） / Education and science exceed the total, across returns
select
  'CR03' as rule_code,
  cast(1 as integer) as rule_version,
  'W' as severity,
  submission_id,
  provider_id,
  unit_code,
  indicator,
  period,
  sheet,
  row_no,
  col_no,
  cell,
  coalesce(cast(value_text as {{ text }}), '（空）') as seen,
  '部分不大于合计 ' || coalesce({{ plain("round(fiscal_expenditure / 10000, 0)") }}, '（空）') || ' 万元' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(3 as integer) as baseline_n,
  '教育与科学技术支出合计 ' || coalesce({{ plain("round((education_expenditure + science_expenditure) / 10000, 0)") }}, '（空）') || ' 万元，大于另一份报表中的一般公共预算支出 ' || coalesce({{ plain("round(fiscal_expenditure / 10000, 0)") }}, '（空）') || ' 万元，需核验。' as why_zh,
  'Education and science make ' || coalesce({{ plain("round((education_expenditure + science_expenditure) / 10000, 0)") }}, '(none)') || ' 万元, more than the total budget expenditure of ' || coalesce({{ plain("round(fiscal_expenditure / 10000, 0)") }}, '(none)') || ' 万元 in another return; please verify.' as why_en,
  '请与另一报送单位核对计量单位和范围，更正或说明口径差别。' as mend_zh,
  'Agree unit and scope with the other provider; correct, or state how the definitions differ.' as mend_en,
  cast(least(greatest(coalesce(3, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_cr03 = 'FAIL'

union all

-- CR04 参保人数多于常住人口 / More insured persons than residents
select
  'CR04' as rule_code,
  cast(1 as integer) as rule_version,
  'W' as severity,
  submission_id,
  provider_id,
  unit_code,
  indicator,
  period,
  sheet,
  row_no,
  col_no,
  cell,
  replace(coalesce(cast(value_text as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）'), ' %', '%') as seen,
  '不超过常住人口 ' || coalesce({{ plain("round(resident_population / 10000, 1)") }}, '（空）') || ' 万人' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(resident_population * 1.02 / to_base as decimal(28, 8)) as expected_high,
  cast(1 as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”为 ' || coalesce({{ plain("round(insured / 10000, 1)") }}, '（空）') || ' 万人，多于全市常住人口 ' || coalesce({{ plain("round(resident_population / 10000, 1)") }}, '（空）') || ' 万人，需核验。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is ' || coalesce({{ plain("round(insured / 10000, 1)") }}, '(none)') || ' 万人, more than the ' || coalesce({{ plain("round(resident_population / 10000, 1)") }}, '(none)') || ' 万人 who live there; please verify.' as why_en,
  '请核对计量单位和位数；如含异地参保，请说明人数。' as mend_zh,
  'Check unit and digits; if people living elsewhere are included, say how many.' as mend_en,
  cast(least(greatest(coalesce(1.5, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_cr04 = 'FAIL'

union all

-- CR05 工资总额、平均工资与平均人数不符 / Wage bill, average wage and staff do not fit
select
  'CR05' as rule_code,
  cast(1 as integer) as rule_version,
  'W' as severity,
  submission_id,
  provider_id,
  unit_code,
  indicator,
  period,
  sheet,
  row_no,
  col_no,
  cell,
  coalesce(cast(value_text as {{ text }}), '（空）') as seen,
  '工资总额 ' || coalesce({{ plain("round(average_wage * (on_post_staff_avg - on_post_staff_avg_tick / 2) / 10000, 0)") }}, '（空）') || ' 至 ' || coalesce({{ plain("round(average_wage * (on_post_staff_avg + on_post_staff_avg_tick / 2) / 10000, 0)") }}, '（空）') || ' 万元（±3%）' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(3 as integer) as baseline_n,
  '平均工资乘平均人数得 ' || coalesce({{ plain("round(average_wage * on_post_staff_avg / 10000, 0)") }}, '（空）') || ' 万元（计入四舍五入误差为 ' || coalesce({{ plain("round(average_wage * (on_post_staff_avg - on_post_staff_avg_tick / 2) / 10000, 0)") }}, '（空）') || ' 至 ' || coalesce({{ plain("round(average_wage * (on_post_staff_avg + on_post_staff_avg_tick / 2) / 10000, 0)") }}, '（空）') || ' 万元），填报的工资总额为 ' || coalesce({{ plain("round(wage_bill / 10000, 0)") }}, '（空）') || ' 万元，需核验。' as why_zh,
  'Average wage times staff gives ' || coalesce({{ plain("round(average_wage * on_post_staff_avg / 10000, 0)") }}, '(none)') || ' 万元 (' || coalesce({{ plain("round(average_wage * (on_post_staff_avg - on_post_staff_avg_tick / 2) / 10000, 0)") }}, '(none)') || ' to ' || coalesce({{ plain("round(average_wage * (on_post_staff_avg + on_post_staff_avg_tick / 2) / 10000, 0)") }}, '(none)') || ' with rounding), yet the wage bill is ' || coalesce({{ plain("round(wage_bill / 10000, 0)") }}, '(none)') || ' 万元; please verify.' as why_en,
  '请核对三个数的范围（在岗职工、城镇非私营单位）和计量单位，更正或说明。' as mend_zh,
  'Check scope and unit of the three figures; correct or explain.' as mend_en,
  cast(least(greatest(coalesce(2 * log10(1 + abs(wage_bill / nullif(average_wage * on_post_staff_avg, 0) - 1) * 100 / 3), 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_cr05 = 'FAIL'

union all

-- CR06 生师比异常 / Unusual number of pupils per teacher
select
  'CR06' as rule_code,
  cast(1 as integer) as rule_version,
  'W' as severity,
  submission_id,
  provider_id,
  unit_code,
  indicator,
  period,
  sheet,
  row_no,
  col_no,
  cell,
  coalesce({{ plain("round(primary_students / nullif(primary_teachers, 0), 1)") }}, '（空）') as seen,
  '8 至 35' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(2 as integer) as baseline_n,
  '小学在校学生数除以专任教师数，平均每名教师 ' || coalesce({{ plain("round(primary_students / nullif(primary_teachers, 0), 1)") }}, '（空）') || ' 名学生，不在 8 至 35 之间，需核验。' as why_zh,
  'Pupils divided by teachers gives ' || coalesce({{ plain("round(primary_students / nullif(primary_teachers, 0), 1)") }}, '(none)') || ' pupils a teacher, outside 8 to 35; please verify.' as why_en,
  '请核对两个数的计量单位（人或万人）和范围，更正或说明。' as mend_zh,
  'Check unit (persons or ten thousands) and scope of both figures; correct or explain.' as mend_en,
  cast(least(greatest(coalesce(1.5, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_cr06 = 'FAIL'

union all

-- CR07 医师与床位之比异常 / Unusual number of doctors per bed
select
  'CR07' as rule_code,
  cast(1 as integer) as rule_version,
  'W' as severity,
  submission_id,
  provider_id,
  unit_code,
  indicator,
  period,
  sheet,
  row_no,
  col_no,
  cell,
  coalesce({{ plain("round(doctors / nullif(hospital_beds, 0), 2)") }}, '（空）') as seen,
  '0.15 至 1.5' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(2 as integer) as baseline_n,
  '执业（助理）医师数除以医院床位数为 ' || coalesce({{ plain("round(doctors / nullif(hospital_beds, 0), 2)") }}, '（空）') || '，不在 0.15 至 1.5 之间，需核验。' as why_zh,
  'Doctors divided by beds gives ' || coalesce({{ plain("round(doctors / nullif(hospital_beds, 0), 2)") }}, '(none)') || ', outside 0.15 to 1.5; please verify.' as why_en,
  '请核对两个数的计量单位、范围和所在栏，更正或说明。' as mend_zh,
  'Check unit, scope and column of both figures; correct or explain.' as mend_en,
  cast(least(greatest(coalesce(1.5, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_cr07 = 'FAIL'

union all

-- CR08 零售总额或财政收入与地区生产总值不相称 / Retail sales or revenue out of proportion to the product
select
  'CR08' as rule_code,
  cast(1 as integer) as rule_version,
  'W' as severity,
  submission_id,
  provider_id,
  unit_code,
  indicator,
  period,
  sheet,
  row_no,
  col_no,
  cell,
  replace(coalesce(cast(value_text as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）'), ' %', '%') as seen,
  '地区生产总值的 ' || coalesce({{ plain("case when indicator = 'retail_sales' then 15 else 2 end") }}, '（空）') || '% 至 ' || coalesce({{ plain("case when indicator = 'retail_sales' then 90 else 25 end") }}, '（空）') || '%' as expected,
  try_cast(case when indicator = 'retail_sales' then gdp * 15 / 100 / to_base else gdp * 2 / 100 / to_base end as decimal(28, 8)) as expected_low,
  try_cast(case when indicator = 'retail_sales' then gdp * 90 / 100 / to_base else gdp * 25 / 100 / to_base end as decimal(28, 8)) as expected_high,
  cast(1 as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”为 ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '，相当于地区生产总值的 ' || coalesce({{ plain("round(case when indicator = 'retail_sales' then retail_sales else fiscal_revenue end / nullif(gdp, 0) * 100, 1)") }}, '（空）') || '%，不在 ' || coalesce({{ plain("case when indicator = 'retail_sales' then 15 else 2 end") }}, '（空）') || '% 至 ' || coalesce({{ plain("case when indicator = 'retail_sales' then 90 else 25 end") }}, '（空）') || '% 之间，需核验。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" of ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '(none)') || ' ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || ' is ' || coalesce({{ plain("round(case when indicator = 'retail_sales' then retail_sales else fiscal_revenue end / nullif(gdp, 0) * 100, 1)") }}, '(none)') || ' % of the product, outside ' || coalesce({{ plain("case when indicator = 'retail_sales' then 15 else 2 end") }}, '(none)') || ' to ' || coalesce({{ plain("case when indicator = 'retail_sales' then 90 else 25 end") }}, '(none)') || ' %; please verify.', ' %', '%') as why_en,
  '请核对计量单位和范围，更正或说明。' as mend_zh,
  'Check unit and scope; correct or explain.' as mend_en,
  cast(least(greatest(coalesce(1.5, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_cr08 = 'FAIL'
