-- Written by expectations/compiler.py from expectations/rules/form.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_form') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
)

-- FM01 行政区划代码和名称均未登记 / Unit not known
select
  'FM01' as rule_code,
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
  coalesce(cast(unit_text_code as {{ text }}), '（空）') || ' ' || coalesce(cast(unit_text_name as {{ text }}), '（空）') as seen,
  '登记的六位行政区划代码' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '无法识别地区：代码“' || coalesce(cast(unit_text_code as {{ text }}), '（空）') || '”和名称“' || coalesce(cast(unit_text_name as {{ text }}), '（空）') || '”均未登记，本行数据不能使用。' as why_zh,
  'The unit cannot be recognised: neither code "' || coalesce(cast(unit_text_code as {{ text }}), '(none)') || '" nor name "' || coalesce(cast(unit_text_name as {{ text }}), '(none)') || '" is registered; the row cannot be used.' as why_en,
  '请填 GB/T 2260 六位代码和规范名称；汇总行、小计行请删去。' as mend_zh,
  'Give the six-digit GB/T 2260 code and the official name; delete rows of totals.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_fm01 = 'FAIL'

union all

-- FM02 行政区划代码与名称不一致 / Unit code and name disagree
select
  'FM02' as rule_code,
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
  coalesce(cast(unit_text_code as {{ text }}), '（空）') || ' ' || coalesce(cast(unit_text_name as {{ text }}), '（空）') as seen,
  coalesce(cast(unit_name as {{ text }}), '（空）') as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '代码“' || coalesce(cast(unit_text_code as {{ text }}), '（空）') || '”对应' || coalesce(cast(unit_name as {{ text }}), '（空）') || '，名称填的是“' || coalesce(cast(unit_text_name as {{ text }}), '（空）') || '”，无法确定本行是哪个地区的数据。' as why_zh,
  'Code ' || coalesce(cast(unit_text_code as {{ text }}), '(none)') || ' is ' || coalesce(cast(unit_name as {{ text }}), '(none)') || ', yet the name beside it is "' || coalesce(cast(unit_text_name as {{ text }}), '(none)') || '"; it is not clear which unit the row is about.' as why_en,
  '请核对整行是哪个地区的数据（可能上下错行），更正代码或名称后重报。' as mend_zh,
  'Check whose figures the row holds (rows may have slipped), correct code or name, and send again.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_fm02 = 'FAIL'

union all

-- FM03 外省地区 / Unit of another province
select
  'FM03' as rule_code,
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
  coalesce(cast(unit_text_code as {{ text }}), '（空）') || ' ' || coalesce(cast(unit_text_name as {{ text }}), '（空）') as seen,
  '本省所属地区' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '“' || coalesce(cast(unit_name as {{ text }}), '（空）') || '”不属于' || coalesce(cast(coalesce(provider_name, provider_id) as {{ text }}), '（空）') || '所在省，本行数据不能使用。' as why_zh,
  coalesce(cast(unit_name as {{ text }}), '(none)') || ' does not belong to the province of ' || coalesce(cast(provider_id as {{ text }}), '(none)') || '; the row cannot be used.' as why_en,
  '请删去外省的行；如代码写错，请更正后重报。' as mend_zh,
  'Delete the row of the other province, or correct the code.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_fm03 = 'FAIL'

union all

-- FM04 不由本单位报送的指标 / Indicator that the provider does not own
select
  'FM04' as rule_code,
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
  coalesce(cast(value_text as {{ text }}), '（空）') as seen,
  '由负责单位报送' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(indicator_zh, indicator) as {{ text }}), '（空）') || '”不由' || coalesce(cast(coalesce(provider_name, provider_id) as {{ text }}), '（空）') || '负责报送，所填数据不能使用。' as why_zh,
  '"' || coalesce(cast(coalesce(indicator_en, indicator) as {{ text }}), '(none)') || '" is not for ' || coalesce(cast(provider_id as {{ text }}), '(none)') || ' to report; the figures cannot be used.' as why_en,
  '请删去该栏；该指标由归口的数据提供单位报送。' as mend_zh,
  'Delete the column; the indicator is reported by the provider that owns it.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_fm04 = 'FAIL'

union all

-- FM05 报表不由该单位报送 / Form not owed by this provider
select
  'FM05' as rule_code,
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
  coalesce(cast(coalesce(form_id, '（未识别）') as {{ text }}), '（空）') as seen,
  '本单位应报的报表' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(form_title, form_id, '（未识别）') as {{ text }}), '（空）') || '”不在' || coalesce(cast(coalesce(provider_name, provider_id) as {{ text }}), '（空）') || '应报的报表之内，整份退回。' as why_zh,
  'Form ' || coalesce(cast(coalesce(form_id, '（未识别）') as {{ text }}), '(none)') || ' is not among those that ' || coalesce(cast(provider_id as {{ text }}), '(none)') || ' owes; the return is sent back whole.' as why_en,
  '请核对是否用错表样；如应由本单位报送，请与绩效管理办公室联系登记。' as mend_zh,
  'Check whether the right form was used; if it is yours to report, have it registered by the performance office.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_fm05 = 'FAIL'

union all

-- FM06 本期不应报的指标 / Indicator not owed for this period
select
  'FM06' as rule_code,
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
  coalesce(cast(value_text as {{ text }}), '（空）') as seen,
  '（留空）' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(indicator_zh, indicator) as {{ text }}), '（空）') || '”不是 ' || coalesce(cast(period as {{ text }}), '（空）') || ' 年应报的指标，表中却填有数据。' as why_zh,
  '"' || coalesce(cast(coalesce(indicator_en, indicator) as {{ text }}), '(none)') || '" is not owed for ' || coalesce(cast(period as {{ text }}), '(none)') || ', yet the return holds a figure.' as why_en,
  '请核对报告期是否写错；如报告期无误，请删去该栏。' as mend_zh,
  'Check the period of the return; if it is right, delete the column.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_fm06 = 'FAIL'

union all

-- FM07 表头填报单位与报送渠道不符 / Provider in the head is not the sender
select
  'FM07' as rule_code,
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
  coalesce(cast(declared_provider as {{ text }}), '（空）') as seen,
  coalesce(cast(provider_id as {{ text }}), '（空）') || ' ' || coalesce(cast(coalesce(provider_name, provider_id) as {{ text }}), '（空）') as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '表头的填报单位为“' || coalesce(cast(declared_provider as {{ text }}), '（空）') || '”，报表经' || coalesce(cast(coalesce(provider_name, provider_id) as {{ text }}), '（空）') || '的渠道收到，整份退回。' as why_zh,
  'The head names "' || coalesce(cast(declared_provider as {{ text }}), '(none)') || '" as provider, but the return came through the channel of ' || coalesce(cast(provider_id as {{ text }}), '(none)') || '; it is sent back whole.' as why_en,
  '请由填报单位经本单位渠道报送，或更正表头。' as mend_zh,
  'Let the provider send it through its own channel, or correct the head.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_fm07 = 'FAIL'

union all

-- FM08 同一地区重复出现 / The same unit twice in one return
select
  'FM08' as rule_code,
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
  coalesce(cast(unit_text_code as {{ text }}), '（空）') || ' ' || coalesce(cast(unit_text_name as {{ text }}), '（空）') as seen,
  '每个地区一行' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '“' || coalesce(cast(unit_name as {{ text }}), '（空）') || '”在表中占 ' || coalesce(cast(n_rows as {{ text }}), '（空）') || ' 行（第 ' || coalesce(cast(first_row as {{ text }}), '（空）') || ' 行至第 ' || coalesce(cast(last_row as {{ text }}), '（空）') || ' 行之间），无法确定以哪一行为准。' as why_zh,
  coalesce(cast(unit_name as {{ text }}), '(none)') || ' takes ' || coalesce(cast(n_rows as {{ text }}), '(none)') || ' rows (between rows ' || coalesce(cast(first_row as {{ text }}), '(none)') || ' and ' || coalesce(cast(last_row as {{ text }}), '(none)') || '); it is not clear which one counts.' as why_en,
  '请只保留一行；如另一行是其他地区，请更正代码。' as mend_zh,
  'Keep one row; if the other is about another unit, correct its code.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_fm08 = 'FAIL'
