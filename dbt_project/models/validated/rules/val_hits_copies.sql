-- Written by expectations/compiler.py from expectations/rules/copies.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_copies') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
)

-- CP04 与另一栏数字完全相同 / The same digits as another column
select
  'CP04' as rule_code,
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
  '各栏数字各不相同' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '（空）') || '，与同一行“' || coalesce(cast(twin_zh as {{ text }}), '（空）') || '”完全相同，需核验是否填错栏；仅凭此不能判断哪一栏有误。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '(none)') || ', digit for digit the same as "' || coalesce(cast(twin_en as {{ text }}), '(none)') || '" in its row; please verify that no column was filled twice. Which of the two is wrong cannot be told from this.' as why_en,
  '请核对两栏的数字来源，改正填错的一栏；如都属实，请说明。' as mend_zh,
  'Check the source of both columns and correct the wrong one; if both are right, say so.' as mend_en,
  cast(least(greatest(coalesce(least((n_digits - 2) * 0.7, 2.5), 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_cp04 = 'FAIL'

union all

-- CP05 与前年完全相同 / Exactly the figure of two years before
select
  'CP05' as rule_code,
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
  '与 ' || coalesce(cast(period - 2 as {{ text }}), '（空）') || ' 年不同' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(2 as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '，与 ' || coalesce(cast(period - 2 as {{ text }}), '（空）') || ' 年完全相同，而与上年不同，需核验是否用错年份。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '(none)') || ' ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || ', identical to ' || coalesce(cast(period - 2 as {{ text }}), '(none)') || ' to the last digit and unlike the year between; please verify that the right year was used.', ' %', '%') as why_en,
  '请核对本年数字的来源；如取自旧表，请改为本年数。' as mend_zh,
  'Check the source; if it came from an old table, replace it by this year''s figure.' as mend_en,
  cast(least(greatest(coalesce(least((n_digits - 2) * 0.9, 3), 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_cp05 = 'FAIL'

union all

-- CP06 两栏数字大面积相同 / Two columns alike
select
  'CP06' as rule_code,
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
  '两栏数字各不相同' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(n_compared as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”一栏 ' || coalesce(cast(n_compared as {{ text }}), '（空）') || ' 个单元格中有 ' || coalesce(cast(n_same as {{ text }}), '（空）') || ' 个与另一栏同一行的数字完全相同，需核验是否整栏重复填报。' as why_zh,
  coalesce(cast(n_same as {{ text }}), '(none)') || ' of ' || coalesce(cast(n_compared as {{ text }}), '(none)') || ' cells of "' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" equal another column in their row; please verify that a column was not filled twice.' as why_en,
  '请核对两栏，改为各自的数据后重报。' as mend_zh,
  'Check both columns and put the right figures in each.' as mend_en,
  cast(least(greatest(coalesce('3', 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_cp06 = 'FAIL'
