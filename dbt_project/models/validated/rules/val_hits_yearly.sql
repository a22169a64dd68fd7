-- Written by expectations/compiler.py from expectations/rules/yearly.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_yearly') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
)

-- SL01 疑似计量单位或小数点错位（前两年佐证） / Off by a power of ten, both years before agree
select
  'SL01' as rule_code,
  cast(2 as integer) as rule_version,
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
  replace('约 ' || coalesce({{ plain_in("cast(value_printed as double) * power(10.0, -slip)", "printed_unit") }}, '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）'), ' %', '%') as expected,
  try_cast(cast(value as double) * power(10.0, -slip) / 1.5 as decimal(28, 8)) as expected_low,
  try_cast(cast(value as double) * power(10.0, -slip) * 1.5 as decimal(28, 8)) as expected_high,
  cast(n_before as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”约为本地区其他年份的 ' || coalesce(cast(case when slip > 0 then {{ plain('power(10.0, slip)') }} || ' 倍' else '1/' || {{ plain('power(10.0, -slip)') }} end as {{ text }}), '（空）') || '（' || coalesce(cast(coalesce(cast(period - 2 as {{ text }}) || ' 年 ' || {{ plain('before_value') }} || ' ' || canonical_unit || '，', '') || coalesce(cast(period - 1 as {{ text }}) || ' 年 ' || {{ plain('last_value') }} || ' ' || canonical_unit || '，', '') || coalesce(cast(period + 1 as {{ text }}) || ' 年 ' || {{ plain('next_value') }} || ' ' || canonical_unit || '，', '') as {{ text }}), '（空）') || '本年 ' || coalesce({{ plain("value") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '），很可能是计量单位或小数点错位。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is about ' || coalesce({{ plain("case when slip > 0 then power(10.0, slip) else power(10.0, -slip) end") }}, '(none)') || ' times ' || coalesce(cast(case when slip > 0 then 'larger' else 'smaller' end as {{ text }}), '(none)') || ' than the unit''s other years (' || coalesce(cast(coalesce(cast(period - 2 as {{ text }}) || ': ' || {{ plain('before_value') }} || ' ' || canonical_unit || '; ', '') || coalesce(cast(period - 1 as {{ text }}) || ': ' || {{ plain('last_value') }} || ' ' || canonical_unit || '; ', '') || coalesce(cast(period + 1 as {{ text }}) || ': ' || {{ plain('next_value') }} || ' ' || canonical_unit || '; ', '') as {{ text }}), '(none)') || 'this year ' || coalesce({{ plain("value") }}, '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || '): most likely the wrong unit or a shifted decimal point.', ' %', '%') as why_en,
  replace('请核对计量单位；如应为 ' || coalesce({{ plain_in("cast(value_printed as double) * power(10.0, -slip)", "printed_unit") }}, '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '，请更正后重报。', ' %', '%') as mend_zh,
  replace('Check the unit; if the figure should be ' || coalesce({{ plain_in("cast(value_printed as double) * power(10.0, -slip)", "printed_unit") }}, '(none)') || ' ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || ', correct it and send again.', ' %', '%') as mend_en,
  cast(least(greatest(coalesce(5, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(cast(value as double) * power(10.0, -slip) as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_sl01 = 'FAIL'

union all

-- SL02 疑似量级错位（佐证较少或仅差十倍） / Perhaps off by a power of ten
select
  'SL02' as rule_code,
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
  replace('如为错位，应约为 ' || coalesce({{ plain_in("cast(value_printed as double) * power(10.0, -slip)", "printed_unit") }}, '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）'), ' %', '%') as expected,
  try_cast(cast(value as double) * power(10.0, -slip) / 1.5 as decimal(28, 8)) as expected_low,
  try_cast(cast(value as double) * power(10.0, -slip) * 1.5 as decimal(28, 8)) as expected_high,
  cast(n_others as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”约为本地区可比年份的 ' || coalesce(cast(case when slip > 0 then {{ plain('power(10.0, slip)') }} || ' 倍' else '1/' || {{ plain('power(10.0, -slip)') }} end as {{ text }}), '（空）') || '（' || coalesce(cast(coalesce(cast(period - 2 as {{ text }}) || ' 年 ' || {{ plain('before_value') }} || ' ' || canonical_unit || '，', '') || coalesce(cast(period - 1 as {{ text }}) || ' 年 ' || {{ plain('last_value') }} || ' ' || canonical_unit || '，', '') || coalesce(cast(period + 1 as {{ text }}) || ' 年 ' || {{ plain('next_value') }} || ' ' || canonical_unit || '，', '') as {{ text }}), '（空）') || '本年 ' || coalesce({{ plain("value") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '），疑似计量单位或小数点错位，需核验。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is about ' || coalesce({{ plain("case when slip > 0 then power(10.0, slip) else power(10.0, -slip) end") }}, '(none)') || ' times ' || coalesce(cast(case when slip > 0 then 'larger' else 'smaller' end as {{ text }}), '(none)') || ' than the unit''s comparable years (' || coalesce(cast(coalesce(cast(period - 2 as {{ text }}) || ': ' || {{ plain('before_value') }} || ' ' || canonical_unit || '; ', '') || coalesce(cast(period - 1 as {{ text }}) || ': ' || {{ plain('last_value') }} || ' ' || canonical_unit || '; ', '') || coalesce(cast(period + 1 as {{ text }}) || ': ' || {{ plain('next_value') }} || ' ' || canonical_unit || '; ', '') as {{ text }}), '(none)') || 'this year ' || coalesce({{ plain("value") }}, '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || '); it may be the wrong unit or a shifted decimal point, please verify.', ' %', '%') as why_en,
  replace('请核对计量单位；如应为 ' || coalesce({{ plain_in("cast(value_printed as double) * power(10.0, -slip)", "printed_unit") }}, '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '，请更正后重报；如本年属实，请说明，并指出哪一年有误。', ' %', '%') as mend_zh,
  replace('Check the unit; if it should be ' || coalesce({{ plain_in("cast(value_printed as double) * power(10.0, -slip)", "printed_unit") }}, '(none)') || ' ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || ', correct it; if this year is right, explain, and say which year is wrong.', ' %', '%') as mend_en,
  cast(least(greatest(coalesce(case when n_others >= 2 and abs(slip) >= 2 then 5 when n_others >= 2 then 3.5 else 2.5 end, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(cast(value as double) * power(10.0, -slip) as decimal(28, 8)) as should_be,
  false as as_known_then
from failing
where outcome_sl02 = 'FAIL'

union all

-- YR01 较上年变动过大 / Changed too much against last year
select
  'YR01' as rule_code,
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
  replace(coalesce({{ plain("value") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）'), ' %', '%') as seen,
  replace(coalesce({{ plain_in("last_value - abs(last_value) * cast(yoy_limit_pct as decimal(8, 2)) / 100", "canonical_unit") }}, '（空）') || ' 至 ' || coalesce({{ plain_in("last_value + abs(last_value) * cast(yoy_limit_pct as decimal(8, 2)) / 100", "canonical_unit") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '（上年 ' || coalesce({{ plain("last_value") }}, '（空）') || '，±' || coalesce({{ plain("yoy_limit_pct") }}, '（空）') || '%）', ' %', '%') as expected,
  try_cast(last_value - abs(last_value) * cast(yoy_limit_pct as decimal(8, 2)) / 100 as decimal(28, 8)) as expected_low,
  try_cast(last_value + abs(last_value) * cast(yoy_limit_pct as decimal(8, 2)) / 100 as decimal(28, 8)) as expected_high,
  cast(1 as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”本年 ' || coalesce({{ plain("value") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '，上年 ' || coalesce({{ plain("last_value") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '，变动 ' || coalesce({{ plain("round((cast(value as double) / nullif(cast(last_value as double), 0) - 1) * 100, 2)") }}, '（空）') || '%，超过 ' || coalesce({{ plain("yoy_limit_pct") }}, '（空）') || '%，需核验。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is ' || coalesce({{ plain("value") }}, '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || ' against ' || coalesce({{ plain("last_value") }}, '(none)') || ' last year, a change of ' || coalesce({{ plain("round((cast(value as double) / nullif(cast(last_value as double), 0) - 1) * 100, 2)") }}, '(none)') || ' %, beyond ' || coalesce({{ plain("yoy_limit_pct") }}, '(none)') || ' %; please verify.', ' %', '%') as why_en,
  '请核对本年与上年的数字、单位和口径；如属实，请写明原因（项目、灾害、政策等）并附依据。' as mend_zh,
  'Check figure, unit and definition of both years; if right, give the cause (a project, a disaster, a policy) with evidence.' as mend_en,
  cast(least(greatest(coalesce(0.4 + 0.4 * log10(abs(cast(value as double) - cast(last_value as double)) * 100 / nullif(cast(yoy_limit_pct as double) * abs(cast(last_value as double)), 0)), 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_yr01 = 'FAIL'

union all

-- CP01 与上年完全相同 / Exactly last year's figure
select
  'CP01' as rule_code,
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
  '与上年不同' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(1 as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '，与上年完全相同，需核验是否沿用上年数。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '(none)') || ' ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || ', identical to last year to the last digit; please verify that it was not carried over.', ' %', '%') as why_en,
  '请核对本年数字的来源；如确实没有变化，请说明并附依据。' as mend_zh,
  'Check the source of this year''s figure; if it truly did not change, explain with evidence.' as mend_en,
  cast(least(greatest(coalesce((digits - 1) * 0.7, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_cp01 = 'FAIL'

union all

-- CP02 整栏沿用上年数 / A whole column copied from last year
select
  'CP02' as rule_code,
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
  coalesce(cast(n_same as {{ text }}), '（空）') || ' / ' || coalesce(cast(n_compared as {{ text }}), '（空）') as seen,
  '各地区数字逐年变化' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(n_compared as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”一栏 ' || coalesce(cast(n_compared as {{ text }}), '（空）') || ' 个可比单元格中有 ' || coalesce(cast(n_same as {{ text }}), '（空）') || ' 个与上年完全相同，需核验是否整栏沿用上年数。' as why_zh,
  coalesce(cast(n_same as {{ text }}), '(none)') || ' of ' || coalesce(cast(n_compared as {{ text }}), '(none)') || ' comparable cells of "' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" equal last year''s; please verify that the column was not carried over.' as why_en,
  '请改为本年数据后重报；如确实未变，请说明并附依据。' as mend_zh,
  'Replace it by this year''s figures; if nothing changed, explain with evidence.' as mend_en,
  cast(least(greatest(coalesce(1.5, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_cp02 = 'FAIL'

union all

-- CP03 两个地区数字完全相同 / Two units with the same figure
select
  'CP03' as rule_code,
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
  '各地区各不相同' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”有两个以上地区同为 ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '，需核验是否错行或重复填写；仅凭此不能判断哪一个有误。', ' %', '%') as why_zh,
  replace('Two or more units have "' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" of exactly ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '(none)') || ' ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || '; please verify that no row was repeated. Which of them is wrong cannot be told from this.', ' %', '%') as why_en,
  '请逐一核对这几个地区的数字；如属实，请说明。' as mend_zh,
  'Check the figure of each of these units; if they are right, say so.' as mend_en,
  cast(least(greatest(coalesce(digits - 3, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_cp03 = 'FAIL'
