-- Written by expectations/compiler.py from expectations/rules/visits.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_visits') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
)

-- VI01 察访本单位报送的数据 / A visit on one's own figure
select
  'VI01' as rule_code,
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
  coalesce(cast(unit_text as {{ text }}), '（空）') || ' ' || coalesce(cast(indicator_text as {{ text }}), '（空）') as seen,
  '由其他有权单位察访' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  coalesce(cast(coalesce(provider_zh, provider_id) as {{ text }}), '（空）') || '负责报送指标 ' || coalesce(cast(indicator_text as {{ text }}), '（空）') || '，不得自行核验，本条不予采用。' as why_zh,
  coalesce(cast(coalesce(provider_zh, provider_id) as {{ text }}), '(none)') || ' reports "' || coalesce(cast(indicator_text as {{ text }}), '(none)') || '" and may not verify it; the line is not used.' as why_en,
  '请由绩效管理办公室或监察机构察访。' as mend_zh,
  'Let the performance office or supervision visit.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_vi01 = 'FAIL'

union all

-- VI02 察访对象不存在 / A visit on what does not exist
select
  'VI02' as rule_code,
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
  coalesce(cast(unit_text as {{ text }}), '（空）') || ' ' || coalesce(cast(indicator_text as {{ text }}), '（空）') as seen,
  '已登记的地区、指标和计量单位' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  replace('所察访的数（地区 ' || coalesce(cast(unit_text as {{ text }}), '（空）') || '，指标 ' || coalesce(cast(indicator_text as {{ text }}), '（空）') || '，计量单位 ' || coalesce(cast(told_unit as {{ text }}), '（空）') || '）不存在，本条不予采用。', ' %', '%') as why_zh,
  replace('Unit ' || coalesce(cast(unit_text as {{ text }}), '(none)') || ', indicator ' || coalesce(cast(indicator_text as {{ text }}), '(none)') || ' or measurement unit ' || coalesce(cast(told_unit as {{ text }}), '(none)') || ' is not known; the line is not used.', ' %', '%') as why_en,
  '请用 zhunsheng cases --visits 生成记录表，或核对代码后重新报送。' as mend_zh,
  'Have zhunsheng cases --visits write the sheet, or check the codes and send it again.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_vi02 = 'FAIL'

union all

-- VI03 无权察访 / Not entitled to visit
select
  'VI03' as rule_code,
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
  coalesce(cast(unit_text as {{ text }}), '（空）') || ' ' || coalesce(cast(indicator_text as {{ text }}), '（空）') as seen,
  '登记有察访权限的本省单位' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  coalesce(cast(coalesce(provider_zh, provider_id) as {{ text }}), '（空）') || '没有对 ' || coalesce(cast(unit_text as {{ text }}), '（空）') || ' 的察访权限，本条不予采用。' as why_zh,
  coalesce(cast(coalesce(provider_zh, provider_id) as {{ text }}), '(none)') || ' is not entitled to visit ' || coalesce(cast(unit_text as {{ text }}), '(none)') || '; the line is not used.' as why_en,
  '请由本省绩效管理办公室或监察机构察访；如应具有权限，请与绩效管理办公室联系登记。' as mend_zh,
  'Let the office or supervision of that province visit; rights stand in sources/providers.yml.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_vi03 = 'FAIL'

union all

-- VI04 核验结果未填数值 / A result without a figure
select
  'VI04' as rule_code,
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
  coalesce(cast(unit_text as {{ text }}), '（空）') || ' ' || coalesce(cast(indicator_text as {{ text }}), '（空）') as seen,
  '填报值或核实值' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  coalesce(cast(unit_text as {{ text }}), '（空）') || ' ' || coalesce(cast(indicator_text as {{ text }}), '（空）') || ' 的核验结果未写明针对的数值，本条不予采用。' as why_zh,
  'The result on ' || coalesce(cast(unit_text as {{ text }}), '(none)') || ' ' || coalesce(cast(indicator_text as {{ text }}), '(none)') || ' does not say which figure it is about; the line is not used.' as why_en,
  '请补填填报值或核实值。' as mend_zh,
  'Give the reported or the verified figure.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_vi04 = 'FAIL'

union all

-- VI05 与察访核验结果不符 / Not what a visit found
select
  'VI05' as rule_code,
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
  replace(coalesce(cast(value_text as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）'), ' %', '%') as seen,
  replace(coalesce(cast(told_text as {{ text }}), '（空）') || ' ' || coalesce(cast(told_unit as {{ text }}), '（空）'), ' %', '%') as expected,
  try_cast(true_value as decimal(28, 8)) as expected_low,
  try_cast(true_value as decimal(28, 8)) as expected_high,
  cast(1 as integer) as baseline_n,
  replace(coalesce(cast(unit_zh as {{ text }}), '（空）') || '的' || coalesce(cast(indicator_zh as {{ text }}), '（空）') || '经' || coalesce(cast(coalesce(provider_zh, provider_id) as {{ text }}), '（空）') || '察访核验不实（' || coalesce(cast(document as {{ text }}), '（空）') || '），填报 ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '，核实为 ' || coalesce(cast(told_text as {{ text }}), '（空）') || ' ' || coalesce(cast(told_unit as {{ text }}), '（空）') || '。', ' %', '%') as why_zh,
  replace('A visit by ' || coalesce(cast(coalesce(provider_zh, provider_id) as {{ text }}), '(none)') || ' found ' || coalesce(cast(indicator_en as {{ text }}), '(none)') || ' of ' || coalesce(cast(unit_zh as {{ text }}), '(none)') || ' untrue (' || coalesce(cast(document as {{ text }}), '(none)') || '): reported ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '(none)') || ' ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || ', found ' || coalesce(cast(told_text as {{ text }}), '(none)') || ' ' || coalesce(cast(told_unit as {{ text }}), '(none)') || '.', ' %', '%') as why_en,
  '请按核实值更正；对核验结果有异议的，请附材料向绩效管理办公室提出。' as mend_zh,
  'Correct it to what was found; if you dispute the visit, bring the material to the performance office.' as mend_en,
  cast(least(greatest(coalesce(6, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(true_value as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_vi05 = 'FAIL'
