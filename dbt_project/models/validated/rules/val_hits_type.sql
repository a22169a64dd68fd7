-- Written by expectations/compiler.py from expectations/rules/type.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with verdicts as (
  select distinct rule_code as verdict, submission_id, sheet, row_no, col_no, indicator
  from {{ source('raw', 'door_verdict') }}
  where {{ only_changed('period') }} and rule_code in ('TY01', 'TY02', 'TY03', 'TY04', 'TY05', 'TY06', 'TY07', 'TY08', 'UN01', 'UN02', 'UN03')
),

failing as (
  select tested.*, verdicts.verdict
  from {{ ref('val_tested_type') }} as tested
  inner join verdicts
    on verdicts.submission_id = tested.submission_id
    and verdicts.sheet is not distinct from tested.sheet
    and verdicts.row_no is not distinct from tested.row_no
    and verdicts.col_no is not distinct from tested.col_no
    and verdicts.indicator is not distinct from tested.indicator
  where {{ only_changed('tested.period') }}
)

-- TY01 数字栏里填了文字 / Text in a column of numbers
select
  'TY01' as rule_code,
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
  '一个数字, 或留空, 或“不涉及”' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”应当是数字, 这里填的是“' || coalesce(cast(value_text as {{ text }}), '（空）') || '”, 无法读成数字。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" must be a number; the cell holds "' || coalesce(cast(value_text as {{ text }}), '(none)') || '", which cannot be read as one.' as why_en,
  '只填数字, 说明写到表下的“注”里; 没有数据请留空, 本地没有这项工作请填“不涉及”, 本期没有发生请填“无发生：原因”。' as mend_zh,
  'Write the number only and put remarks in the notes below the table; leave blank if there is no figure, write 不涉及 if it does not apply, 无发生 and the reason if nothing arose.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where verdict = 'TY01'

union all

-- TY02 用占位符号代替数据 / A placeholder instead of a figure
select
  'TY02' as rule_code,
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
  '一个数字, 或留空, 或“不涉及”' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '这里填的是“' || coalesce(cast(value_text as {{ text }}), '（空）') || '”, 分不清是没有数据、尚未统计, 还是本地没有这项工作。' as why_zh,
  'The cell holds "' || coalesce(cast(value_text as {{ text }}), '(none)') || '": it does not tell whether the figure is missing, not yet known, or does not apply.' as why_en,
  '没有数据请留空; 本地没有这项工作请填“不涉及”; 本期没有发生请填“无发生：原因”; 有数据请填数字。' as mend_zh,
  'Leave blank if there is no figure; write 不涉及 if it does not apply, 无发生 and the reason if nothing arose; otherwise give the number.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where verdict = 'TY02'

union all

-- TY03 非百分比指标带了百分号 / Percent sign in a column that is not a percentage
select
  'TY03' as rule_code,
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
  '以' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '为单位的数字, 不带百分号' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”以' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '计量, 这里却填了百分数“' || coalesce(cast(value_text as {{ text }}), '（空）') || '”, 可能填成了比重或增速。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is measured in ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || '; the cell holds the percentage "' || coalesce(cast(value_text as {{ text }}), '(none)') || '", perhaps a share or a growth rate.' as why_en,
  '请改填以' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '为单位的数量; 如果填的是比重或增速, 请填到相应的栏。' as mend_zh,
  'Give the amount in ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || '; a share or growth rate belongs in its own column.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where verdict = 'TY03'

union all

-- TY04 数字用了全角字符 / Full-width digits
select
  'TY04' as rule_code,
  cast(1 as integer) as rule_version,
  'I' as severity,
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
  '半角数字' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '“' || coalesce(cast(value_text as {{ text }}), '（空）') || '”含全角字符, 已读作 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(value_printed as decimal(28, 8)) as {{ text }}))), '（空）') || '。' as why_zh,
  '"' || coalesce(cast(value_text as {{ text }}), '(none)') || '" holds full-width characters; it was read as ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(value_printed as decimal(28, 8)) as {{ text }}))), '(none)') || '.' as why_en,
  '不必重报; 请核对读出的数字, 下次用半角输入。' as mend_zh,
  'No need to send again; check the number read and type plain digits next time.' as mend_en,
  cast(least(greatest(coalesce(0.3, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where verdict = 'TY04'

union all

-- TY05 数字带千分位分隔符 / Thousands separators
select
  'TY05' as rule_code,
  cast(1 as integer) as rule_version,
  'I' as severity,
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
  '不带千分位的数字' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '“' || coalesce(cast(value_text as {{ text }}), '（空）') || '”带千分位逗号, 已读作 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(value_printed as decimal(28, 8)) as {{ text }}))), '（空）') || '。' as why_zh,
  '"' || coalesce(cast(value_text as {{ text }}), '(none)') || '" carries thousands separators; it was read as ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(value_printed as decimal(28, 8)) as {{ text }}))), '(none)') || '.' as why_en,
  '不必重报; 请核对读出的数字, 下次不加逗号。' as mend_zh,
  'No need to send again; check the number read and leave the commas out next time.' as mend_en,
  cast(least(greatest(coalesce(0.3, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where verdict = 'TY05'

union all

-- TY06 百分比栏里又写了百分号 / Percent sign inside a percentage column
select
  'TY06' as rule_code,
  cast(1 as integer) as rule_version,
  'I' as severity,
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
  '不带百分号的数字' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '本栏单位已是 %, “' || coalesce(cast(value_text as {{ text }}), '（空）') || '”已读作 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(value_printed as decimal(28, 8)) as {{ text }}))), '（空）') || ' (%)。' as why_zh,
  'The column is in % already; "' || coalesce(cast(value_text as {{ text }}), '(none)') || '" was read as ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(value_printed as decimal(28, 8)) as {{ text }}))), '(none)') || ' (%).' as why_en,
  '不必重报; 请核对读出的数字, 下次只填数字。' as mend_zh,
  'No need to send again; check the number read and write the number alone next time.' as mend_en,
  cast(least(greatest(coalesce(0.3, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where verdict = 'TY06'

union all

-- TY07 只能是整数的数量出现了小数 / A fraction of something that comes whole
select
  'TY07' as rule_code,
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
  '整数' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”以“' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '”为单位, 却填了小数 ' || coalesce(cast(value_text as {{ text }}), '（空）') || ', 需核验单位是否为“万' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '”。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is printed in ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || ', yet the figure is ' || coalesce(cast(value_text as {{ text }}), '(none)') || '; please verify whether the unit is ten thousand (万' || coalesce(cast(printed_unit as {{ text }}), '(none)') || ').' as why_en,
  '如单位写错, 请改正单位或数字; 如确为平均数等, 请说明算法。' as mend_zh,
  'Correct the unit or the figure; if it is an average, explain how it was computed.' as mend_en,
  cast(least(greatest(coalesce(1, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where verdict = 'TY07'

union all

-- TY08 只写无发生, 没有写原因 / Nothing arose, and no reason given
select
  'TY08' as rule_code,
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
  '无发生：原因' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填的是“' || coalesce(cast(value_text as {{ text }}), '（空）') || '”, 没有写明为什么没有发生, 需说明。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" says ' || coalesce(cast(value_text as {{ text }}), '(none)') || ' (nothing arose) without saying why; please explain.' as why_en,
  '请在“无发生”之后写明原因, 如“无发生：本年未开征”。' as mend_zh,
  'Write the reason after 无发生, e.g. 无发生：本年未开征.' as mend_en,
  cast(least(greatest(coalesce(1, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where verdict = 'TY08'

union all

-- UN01 没有印计量单位 / No unit printed
select
  'UN01' as rule_code,
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
  '（未印单位）' as seen,
  coalesce(cast(expected_unit as {{ text }}), '（空）') as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”一栏没有印计量单位, 暂按规定单位“' || coalesce(cast(expected_unit as {{ text }}), '（空）') || '”读取, 需核验。' as why_zh,
  'No unit is printed for "' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '"; ' || coalesce(cast(expected_unit as {{ text }}), '(none)') || ' was assumed and needs confirming.' as why_en,
  '请在计量单位行补写单位后重报, 或说明确以“' || coalesce(cast(expected_unit as {{ text }}), '（空）') || '”为单位。' as mend_zh,
  'Fill in the units row and send again, or confirm that the unit is ' || coalesce(cast(expected_unit as {{ text }}), '(none)') || '.' as mend_en,
  cast(least(greatest(coalesce(1, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where verdict = 'UN01'

union all

-- UN02 计量单位与本期规定不同 (可换算) / Not the unit due for this period (convertible)
select
  'UN02' as rule_code,
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
  coalesce(cast(printed_unit as {{ text }}), '（空）') as seen,
  coalesce(cast(expected_unit as {{ text }}), '（空）') as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”本期应以“' || coalesce(cast(expected_unit as {{ text }}), '（空）') || '”为单位, 表上印的是“' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '”; 已按印出的单位换算, 需核验。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is due in ' || coalesce(cast(expected_unit as {{ text }}), '(none)') || ' for this period; the return prints ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || '. It was converted as printed and needs verifying.' as why_en,
  '如数字确以“' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '”为单位, 请说明; 如只是单位行没有改, 请改正单位行后重报。' as mend_zh,
  'If the figures are in ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || ', say so; if only the units row is out of date, correct it and send again.' as mend_en,
  cast(least(greatest(coalesce(1, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where verdict = 'UN02'

union all

-- UN03 计量单位无法换算 / A unit that cannot be converted
select
  'UN03' as rule_code,
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
  coalesce(cast(printed_unit as {{ text }}), '（空）') as seen,
  coalesce(cast(expected_unit as {{ text }}), '（空）') as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”印的单位是“' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '”, 无法换算成规定的计量单位“' || coalesce(cast(expected_unit as {{ text }}), '（空）') || '”, 数字不能使用。' as why_zh,
  'The unit printed for "' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || '; it cannot be converted to ' || coalesce(cast(expected_unit as {{ text }}), '(none)') || ', so the figure cannot be used.' as why_en,
  '请改用“' || coalesce(cast(expected_unit as {{ text }}), '（空）') || '”; 如单位应当可以换算, 请与绩效管理办公室联系登记。' as mend_zh,
  'Use ' || coalesce(cast(expected_unit as {{ text }}), '(none)') || '; if the unit ought to be convertible, ask the performance office to register it.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where verdict = 'UN03'
