-- Written by expectations/compiler.py from expectations/rules/rulings.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_rulings') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
)

-- RU01 裁定本单位报送的数据 / A ruling on one's own figure
select
  'RU01' as rule_code,
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
  coalesce(cast(decision as {{ text }}), '（空）') as seen,
  '由其他有权单位裁定' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  coalesce(cast(coalesce(ruler_zh, provider_id) as {{ text }}), '（空）') || '对本单位报送的 ' || coalesce(cast(ruled_submission as {{ text }}), '（空）') || ' 作出裁定；报送单位不得裁定自己报送的数据，本条不予采用。' as why_zh,
  coalesce(cast(coalesce(ruler_zh, provider_id) as {{ text }}), '(none)') || ' ruled on its own submission ' || coalesce(cast(ruled_submission as {{ text }}), '(none)') || ': who supplies a figure may not rule on it; the line is not used.' as why_en,
  '请由绩效管理办公室或监察机构裁定。' as mend_zh,
  'Let the performance office or supervision rule.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_ru01 = 'FAIL'

union all

-- RU02 裁定的对象不存在 / A ruling on what does not exist
select
  'RU02' as rule_code,
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
  coalesce(cast(ruled_submission as {{ text }}), '（空）') || ' ' || coalesce(cast(rule_code as {{ text }}), '（空）') as seen,
  '本年度的报送编号与规则代码' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '所裁对象（报送 ' || coalesce(cast(ruled_submission as {{ text }}), '（空）') || '，规则 ' || coalesce(cast(rule_code as {{ text }}), '（空）') || '）不存在，或不属于本表所写年度，本条不予采用。' as why_zh,
  'Submission ' || coalesce(cast(ruled_submission as {{ text }}), '(none)') || ' or rule ' || coalesce(cast(rule_code as {{ text }}), '(none)') || ' is not known, or the submission is of another period than this sheet; the line is not used.' as why_en,
  '请用 zhunsheng cases 重新生成本年度的裁定表，不要改动前几列。' as mend_zh,
  'Have zhunsheng cases write the sheet of that period again and leave its first columns as they are.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_ru02 = 'FAIL'

union all

-- RU03 无权裁定 / Not entitled to rule
select
  'RU03' as rule_code,
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
  coalesce(cast(decision as {{ text }}), '（空）') as seen,
  '登记有裁定权限的本省单位' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  coalesce(cast(coalesce(ruler_zh, provider_id) as {{ text }}), '（空）') || '没有对报送 ' || coalesce(cast(ruled_submission as {{ text }}), '（空）') || ' 的裁定权限，本条不予采用。' as why_zh,
  coalesce(cast(coalesce(ruler_zh, provider_id) as {{ text }}), '(none)') || ' is not entitled to rule on submission ' || coalesce(cast(ruled_submission as {{ text }}), '(none)') || '; the line is not used.' as why_en,
  '请由本省绩效管理办公室或监察机构裁定；如应具有权限，请与绩效管理办公室联系登记。' as mend_zh,
  'Let the office or supervision of that province rule; rights stand in sources/providers.yml.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_ru03 = 'FAIL'

union all

-- RU04 豁免缺截止日期或文号 / An exemption without a last day or a basis
select
  'RU04' as rule_code,
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
  coalesce(cast(decision as {{ text }}), '（空）') as seen,
  '有效期至、依据及文号' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '裁定为“' || coalesce(cast(decision as {{ text }}), '（空）') || '”，“有效期至”' || coalesce(cast(cast(valid_until as varchar) as {{ text }}), '（空）') || '、“依据及文号”' || coalesce(cast(document as {{ text }}), '（空）') || '，未填写完整；豁免须有期限和依据，本条不予采用。' as why_zh,
  'The ruling is "' || coalesce(cast(decision as {{ text }}), '(none)') || '" but the last day ' || coalesce(cast(cast(valid_until as varchar) as {{ text }}), '(none)') || ' and the basis ' || coalesce(cast(document as {{ text }}), '(none)') || ' are not both given; the line is not used.' as why_en,
  '请补填有效期和文号后重新报送。' as mend_zh,
  'Give both and send the sheet again.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_ru04 = 'FAIL'

union all

-- RU05 裁定收到时已过有效期 / Expired when it came
select
  'RU05' as rule_code,
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
  coalesce(cast(cast(valid_until as varchar) as {{ text }}), '（空）') as seen,
  '收到之日或以后' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '有效期至 ' || coalesce(cast(cast(valid_until as varchar) as {{ text }}), '（空）') || '，收到时已过期，本条不予采用。' as why_zh,
  'Valid until ' || coalesce(cast(cast(valid_until as varchar) as {{ text }}), '(none)') || ', which had passed when the ruling came; the line is not used.' as why_en,
  '请核对年份；如仍需豁免，请另定期限。' as mend_zh,
  'Check the year; give a later last day if it is still needed.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_ru05 = 'FAIL'

union all

-- RU06 强制性疑点不能以此方式了结 / A must-fix point cannot be ended this way
select
  'RU06' as rule_code,
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
  coalesce(cast(decision as {{ text }}), '（空）') as seen,
  '更正、准予豁免（限单元格），或经察访核验' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '规则 ' || coalesce(cast(rule_code as {{ text }}), '（空）') || ' 是强制性的（' || coalesce(cast(coalesce(ruled_cell, '（整表）') as {{ text }}), '（空）') || '），不能以“' || coalesce(cast(decision as {{ text }}), '（空）') || '”了结，本条不予采用。' as why_zh,
  'Rule ' || coalesce(cast(rule_code as {{ text }}), '(none)') || ' is must-fix (' || coalesce(cast(coalesce(ruled_cell, '（整表）') as {{ text }}), '(none)') || '); "' || coalesce(cast(decision as {{ text }}), '(none)') || '" cannot end it; the line is not used.' as why_en,
  '请要求更正，或按单元格准予豁免（接收并加注），或安排察访核验。' as mend_zh,
  'Ask for a correction, exempt the cell (it passes with a mark), or order a visit.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_ru06 = 'FAIL'
