-- Written by expectations/compiler.py from expectations/rules/type.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_type') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
)

-- TY01 数字栏填写了文字 / Text in a column of numbers
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
  '一个数字，或留空，或“不涉及”' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”应为数字，填报内容为“' || coalesce(cast(value_text as {{ text }}), '（空）') || '”，无法读作数字。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" must be a number; the cell holds "' || coalesce(cast(value_text as {{ text }}), '(none)') || '", which cannot be read as one.' as why_en,
  '请只填数字，说明写在表下“注”中；没有数据请留空，本地没有该项工作请填“不涉及”，本期没有发生请填“无发生：原因”。' as mend_zh,
  'Write the number only and put remarks in the notes below the table; leave blank if there is no figure, write 不涉及 if it does not apply, 无发生 and the reason if nothing arose.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_ty01 = 'FAIL'

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
  '一个数字，或留空，或“不涉及”' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '填报内容为“' || coalesce(cast(value_text as {{ text }}), '（空）') || '”，无法区分没有数据、尚未统计和本地没有该项工作。' as why_zh,
  'The cell holds "' || coalesce(cast(value_text as {{ text }}), '(none)') || '": it does not tell whether the figure is missing, not yet known, or does not apply.' as why_en,
  '没有数据请留空；本地没有该项工作请填“不涉及”；本期没有发生请填“无发生：原因”；有数据请填数字。' as mend_zh,
  'Leave blank if there is no figure; write 不涉及 if it does not apply, 无发生 and the reason if nothing arose; otherwise give the number.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_ty02 = 'FAIL'

union all

-- TY03 非百分比指标带有百分号 / Percent sign in a column that is not a percentage
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
  replace('以' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '为单位的数字，不带百分号', ' %', '%') as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”以' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '计量，填报内容为百分数“' || coalesce(cast(value_text as {{ text }}), '（空）') || '”，可能误填了比重或增速。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is measured in ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || '; the cell holds the percentage "' || coalesce(cast(value_text as {{ text }}), '(none)') || '", perhaps a share or a growth rate.', ' %', '%') as why_en,
  replace('请改填以' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '为单位的数量；如为比重或增速，请填入相应栏。', ' %', '%') as mend_zh,
  replace('Give the amount in ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || '; a share or growth rate belongs in its own column.', ' %', '%') as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_ty03 = 'FAIL'

union all

-- TY04 数字使用全角字符 / Full-width digits
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
  '“' || coalesce(cast(value_text as {{ text }}), '（空）') || '”含全角字符，已读作 ' || coalesce({{ plain("value_printed") }}, '（空）') || '。' as why_zh,
  '"' || coalesce(cast(value_text as {{ text }}), '(none)') || '" holds full-width characters; it was read as ' || coalesce({{ plain("value_printed") }}, '(none)') || '.' as why_en,
  '不必重报；请核对读取的数字，下次用半角输入。' as mend_zh,
  'No need to send again; check the number read and type plain digits next time.' as mend_en,
  cast(least(greatest(coalesce(0.3, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_ty04 = 'FAIL'

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
  '“' || coalesce(cast(value_text as {{ text }}), '（空）') || '”带千分位逗号，已读作 ' || coalesce({{ plain("value_printed") }}, '（空）') || '。' as why_zh,
  '"' || coalesce(cast(value_text as {{ text }}), '(none)') || '" carries thousands separators; it was read as ' || coalesce({{ plain("value_printed") }}, '(none)') || '.' as why_en,
  '不必重报；请核对读取的数字，下次不加逗号。' as mend_zh,
  'No need to send again; check the number read and leave the commas out next time.' as mend_en,
  cast(least(greatest(coalesce(0.3, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_ty05 = 'FAIL'

union all

-- TY06 百分比栏重复写百分号 / Percent sign inside a percentage column
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
  '本栏单位已是 %，“' || coalesce(cast(value_text as {{ text }}), '（空）') || '”已读作 ' || coalesce({{ plain("value_printed") }}, '（空）') || '（%）。' as why_zh,
  'The column is in % already; "' || coalesce(cast(value_text as {{ text }}), '(none)') || '" was read as ' || coalesce({{ plain("value_printed") }}, '(none)') || ' (%).' as why_en,
  '不必重报；请核对读取的数字，下次只填数字。' as mend_zh,
  'No need to send again; check the number read and write the number alone next time.' as mend_en,
  cast(least(greatest(coalesce(0.3, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_ty06 = 'FAIL'

union all

-- TY07 应为整数的数量出现小数 / A fraction of something that comes whole
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
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”以“' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '”为单位，填报数 ' || coalesce(cast(value_text as {{ text }}), '（空）') || ' 带有小数，需核验单位是否为“万' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '”。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is printed in ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || ', yet the figure is ' || coalesce(cast(value_text as {{ text }}), '(none)') || '; please verify whether the unit is ten thousand (万' || coalesce(cast(printed_unit as {{ text }}), '(none)') || ').', ' %', '%') as why_en,
  '如单位有误，请更正单位或数字；如为平均数等，请说明计算方法。' as mend_zh,
  'Correct the unit or the figure; if it is an average, explain how it was computed.' as mend_en,
  cast(least(greatest(coalesce(1, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_ty07 = 'FAIL'

union all

-- TY08 只填“无发生”，未写原因 / Nothing arose, and no reason given
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
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报“' || coalesce(cast(value_text as {{ text }}), '（空）') || '”，未写明原因，需说明。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" says ' || coalesce(cast(value_text as {{ text }}), '(none)') || ' (nothing arose) without saying why; please explain.' as why_en,
  '请在“无发生”之后写明原因，如“无发生：本年未开征”。' as mend_zh,
  'Write the reason after 无发生, e.g. 无发生：本年未开征.' as mend_en,
  cast(least(greatest(coalesce(1, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_ty08 = 'FAIL'

union all

-- UN01 未注明计量单位 / No unit printed
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
  '（未注明单位）' as seen,
  replace(coalesce(cast(expected_unit as {{ text }}), '（空）'), ' %', '%') as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”一栏未注明计量单位，暂按规定单位“' || coalesce(cast(expected_unit as {{ text }}), '（空）') || '”读取，需核验。', ' %', '%') as why_zh,
  replace('No unit is printed for "' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '"; ' || coalesce(cast(expected_unit as {{ text }}), '(none)') || ' was assumed and needs confirming.', ' %', '%') as why_en,
  replace('请在计量单位行补写单位后重报，或说明确以“' || coalesce(cast(expected_unit as {{ text }}), '（空）') || '”为单位。', ' %', '%') as mend_zh,
  replace('Fill in the units row and send again, or confirm that the unit is ' || coalesce(cast(expected_unit as {{ text }}), '(none)') || '.', ' %', '%') as mend_en,
  cast(least(greatest(coalesce(1, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_un01 = 'FAIL'

union all

-- UN02 计量单位与本期规定不同（可换算） / Not the unit due for this period (convertible)
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
  replace(coalesce(cast(printed_unit as {{ text }}), '（空）'), ' %', '%') as seen,
  replace(coalesce(cast(expected_unit as {{ text }}), '（空）'), ' %', '%') as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”本期应以“' || coalesce(cast(expected_unit as {{ text }}), '（空）') || '”为单位，表上注明的是“' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '”；已按注明的单位换算，需核验。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is due in ' || coalesce(cast(expected_unit as {{ text }}), '(none)') || ' for this period; the return prints ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || '. It was converted as printed and needs verifying.', ' %', '%') as why_en,
  replace('如数字确以“' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '”为单位，请说明；如仅单位行未改，请更正单位行后重报。', ' %', '%') as mend_zh,
  replace('If the figures are in ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || ', say so; if only the units row is out of date, correct it and send again.', ' %', '%') as mend_en,
  cast(least(greatest(coalesce(1, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_un02 = 'FAIL'

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
  replace(coalesce(cast(printed_unit as {{ text }}), '（空）'), ' %', '%') as seen,
  replace(coalesce(cast(expected_unit as {{ text }}), '（空）'), ' %', '%') as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”注明的单位为“' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '”，无法换算为规定的计量单位“' || coalesce(cast(expected_unit as {{ text }}), '（空）') || '”，数字不能使用。', ' %', '%') as why_zh,
  replace('The unit printed for "' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || '; it cannot be converted to ' || coalesce(cast(expected_unit as {{ text }}), '(none)') || ', so the figure cannot be used.', ' %', '%') as why_en,
  replace('请改用“' || coalesce(cast(expected_unit as {{ text }}), '（空）') || '”；如单位应当可以换算，请与绩效管理办公室联系登记。', ' %', '%') as mend_zh,
  replace('Use ' || coalesce(cast(expected_unit as {{ text }}), '(none)') || '; if the unit ought to be convertible, ask the performance office to register it.', ' %', '%') as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_un03 = 'FAIL'
