-- Written by expectations/compiler.py from expectations/rules/revisions.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_revisions') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
)

-- RV01 截止后的有利更正 / Improved after the deadline
select
  'RV01' as rule_code,
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
  coalesce(cast(coalesce(nullif(value_text, ''), '（空）') as {{ text }}), '（空）') as seen,
  replace('原报 ' || coalesce({{ plain("earlier_value") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）'), ' %', '%') as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(2 as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”原报 ' || coalesce({{ plain("earlier_value") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '，报送期限（' || coalesce(cast(substr(cast(due_at as {{ text }}), 1, 16) as {{ text }}), '（空）') || '）之后更正为 ' || coalesce({{ plain("value") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '，变动对本地区有利，需说明依据。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" was ' || coalesce({{ plain("earlier_value") }}, '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || ' and became ' || coalesce({{ plain("value") }}, '(none)') || ' after the deadline (' || coalesce(cast(substr(cast(due_at as {{ text }}), 1, 16) as {{ text }}), '(none)') || '), to the unit''s advantage; please give the grounds.', ' %', '%') as why_en,
  '请附更正的依据（核定文件、原始凭证）。' as mend_zh,
  'Attach the grounds for the correction.' as mend_en,
  cast(least(greatest(coalesce(0.7, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_rv01 = 'FAIL'

union all

-- RV02 更正方向单一 / Corrected one way only
select
  'RV02' as rule_code,
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
  coalesce(cast(n_helped as {{ text }}), '（空）') || ' / ' || coalesce(cast(n_changed as {{ text }}), '（空）') as seen,
  '有增有减' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(n_changed as integer) as baseline_n,
  '本次更正改动了 ' || coalesce(cast(n_changed as {{ text }}), '（空）') || ' 个数，其中 ' || coalesce(cast(n_helped as {{ text }}), '（空）') || ' 个朝有利方向，需说明更正的依据。' as why_zh,
  'This correction changed ' || coalesce(cast(n_changed as {{ text }}), '(none)') || ' figures, ' || coalesce(cast(n_helped as {{ text }}), '(none)') || ' of them favourably; please give the grounds.' as why_en,
  '请附更正的依据。' as mend_zh,
  'Attach the grounds for the correction.' as mend_en,
  cast(least(greatest(coalesce(least(0.3 * n_changed - 1, 2), 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_rv02 = 'FAIL'

union all

-- RV03 更正时遗漏已报的数 / A correction drops what had been reported
select
  'RV03' as rule_code,
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
  coalesce(cast(coalesce(nullif(value_text, ''), '（空）') as {{ text }}), '（空）') as seen,
  replace('原报 ' || coalesce({{ plain("earlier_value") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）'), ' %', '%') as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(2 as integer) as baseline_n,
  replace('上一版本 ' || coalesce(cast(coalesce(unit_zh, unit_code) as {{ text }}), '（空）') || '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce({{ plain("earlier_value") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '，本版本空缺；更正的报表整份替代原表，应当完整。', ' %', '%') as why_zh,
  replace('The version before had ' || coalesce({{ plain("earlier_value") }}, '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || ' for "' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" of ' || coalesce(cast(coalesce(unit_zh, unit_code) as {{ text }}), '(none)') || '; this one has nothing. A correction replaces the whole return and must be complete.', ' %', '%') as why_en,
  '请补填后重报；如确不适用，请填“不涉及”。' as mend_zh,
  'Put the figure back and send again; if it truly does not apply, write 不涉及.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_rv03 = 'FAIL'
