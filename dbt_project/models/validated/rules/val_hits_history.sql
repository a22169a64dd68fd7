-- Written by expectations/compiler.py from expectations/rules/history.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_history') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
)

-- YR02 一年突变又复原 / A spike that comes back
select
  'YR02' as rule_code,
  cast(2 as integer) as rule_version,
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
  replace(coalesce({{ plain_in("round(expected_low, 2)", "canonical_unit") }}, '（空）') || ' 至 ' || coalesce({{ plain_in("round(expected_high, 2)", "canonical_unit") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '，推算约 ' || coalesce({{ plain_in("round(expected, 2)", "canonical_unit") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）'), ' %', '%') as expected,
  try_cast(expected_low as decimal(28, 8)) as expected_low,
  try_cast(expected_high as decimal(28, 8)) as expected_high,
  cast(n_years as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce({{ plain("value") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '；按前后 ' || coalesce(cast(n_years as {{ text }}), '（空）') || ' 个年份和同省各市的变动推算约 ' || coalesce({{ plain_in("round(expected, 2)", "canonical_unit") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '，相差 ' || coalesce({{ plain("round(off, 1)") }}, '（空）') || ' 个正常波动幅度；前后年份彼此相符，需核验。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is ' || coalesce({{ plain("value") }}, '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || '; its ' || coalesce(cast(n_years as {{ text }}), '(none)') || ' neighbouring years and the province''s change lead to about ' || coalesce({{ plain_in("round(expected, 2)", "canonical_unit") }}, '(none)') || ': ' || coalesce({{ plain("round(off, 1)") }}, '(none)') || ' spreads off, while those years agree among themselves. Please verify.', ' %', '%') as why_en,
  '请核对本年数字的位数、计量单位和所在行、栏；如属实，请说明原因并附依据。' as mend_zh,
  'Check digits, unit, row and column of this figure; if right, explain with evidence.' as mend_en,
  cast(least(greatest(coalesce({{ rarity('off') }} * case when is_of_two_levels then 0.6 else 1 end, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(expected as decimal(28, 8)) as should_be,
  false as as_known_then
from failing
where outcome_yr02 = 'FAIL'

union all

-- JP01 较以往年份突变 / A jump against the years before
select
  'JP01' as rule_code,
  cast(2 as integer) as rule_version,
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
  replace(coalesce({{ plain_in("round(expected_low, 2)", "canonical_unit") }}, '（空）') || ' 至 ' || coalesce({{ plain_in("round(expected_high, 2)", "canonical_unit") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '，推算约 ' || coalesce({{ plain_in("round(expected, 2)", "canonical_unit") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）'), ' %', '%') as expected,
  try_cast(expected_low as decimal(28, 8)) as expected_low,
  try_cast(expected_high as decimal(28, 8)) as expected_high,
  cast(n_before as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce({{ plain("value") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '；与前 ' || coalesce(cast(n_before as {{ text }}), '（空）') || ' 年和同省各市的变动相比，明显超出正常波动（推算约 ' || coalesce({{ plain_in("round(expected, 2)", "canonical_unit") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '），需核验。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is ' || coalesce({{ plain("value") }}, '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || '; beside the ' || coalesce(cast(n_before as {{ text }}), '(none)') || ' year(s) before and the province''s change (about ' || coalesce({{ plain_in("round(expected, 2)", "canonical_unit") }}, '(none)') || ') this is far beyond usual movement. Please verify.', ' %', '%') as why_en,
  '请核对数字的位数、计量单位、口径和所在行、栏；如属实，请说明原因并附依据。' as mend_zh,
  'Check digits, unit, definition, row and column; if right, explain with evidence.' as mend_en,
  cast(least(greatest(coalesce({{ rarity('off') }} * case when is_of_two_levels then 0.6 else 1 end, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(expected as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_jp01 = 'FAIL'

union all

-- JP02 与推算值略有不符 / Somewhat off its prediction
select
  'JP02' as rule_code,
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
  replace(coalesce(cast(value_text as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）'), ' %', '%') as seen,
  replace(coalesce({{ plain_in("round(expected_low, 2)", "canonical_unit") }}, '（空）') || ' 至 ' || coalesce({{ plain_in("round(expected_high, 2)", "canonical_unit") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '，推算约 ' || coalesce({{ plain_in("round(expected, 2)", "canonical_unit") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）'), ' %', '%') as expected,
  try_cast(expected_low as decimal(28, 8)) as expected_low,
  try_cast(expected_high as decimal(28, 8)) as expected_high,
  cast(n_years as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce({{ plain("value") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '，推算约 ' || coalesce({{ plain_in("round(expected, 2)", "canonical_unit") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '，略超正常波动。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is ' || coalesce({{ plain("value") }}, '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || ', about ' || coalesce({{ plain_in("round(expected, 2)", "canonical_unit") }}, '(none)') || ' was to be expected: a little beyond usual movement.', ' %', '%') as why_en,
  '一般不必说明；与其他疑点同时出现时请一并核对。' as mend_zh,
  'No explanation needed by itself; check it together with other points on the same figure.' as mend_en,
  cast(least(greatest(coalesce({{ rarity('off') }} * 0.6 * case when is_of_two_levels then 0.6 else 1 end, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(expected as decimal(28, 8)) as should_be,
  false as as_known_then
from failing
where outcome_jp02 = 'FAIL'

union all

-- JP03 首年与以后各年不符 / A first year unlike those that follow
select
  'JP03' as rule_code,
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
  replace(coalesce({{ plain_in("round(expected_low, 2)", "canonical_unit") }}, '（空）') || ' 至 ' || coalesce({{ plain_in("round(expected_high, 2)", "canonical_unit") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '，推算约 ' || coalesce({{ plain_in("round(expected, 2)", "canonical_unit") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）'), ' %', '%') as expected,
  try_cast(expected_low as decimal(28, 8)) as expected_low,
  try_cast(expected_high as decimal(28, 8)) as expected_high,
  cast(n_years as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce({{ plain("value") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '；按相邻 ' || coalesce(cast(n_years as {{ text }}), '（空）') || ' 个年份和同省各市的变动推算约 ' || coalesce({{ plain_in("round(expected, 2)", "canonical_unit") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '，明显超出正常波动，需核验。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is ' || coalesce({{ plain("value") }}, '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || '; ' || coalesce(cast(n_years as {{ text }}), '(none)') || ' neighbouring year(s) and the province''s change lead to about ' || coalesce({{ plain_in("round(expected, 2)", "canonical_unit") }}, '(none)') || ', far beyond usual movement. Please verify.', ' %', '%') as why_en,
  '请核对数字的位数、计量单位、口径和所在行、栏；如属实，请说明原因并附依据。' as mend_zh,
  'Check digits, unit, definition, row and column; if right, explain with evidence.' as mend_en,
  cast(least(greatest(coalesce({{ rarity('off') }} * case when is_of_two_levels then 0.6 else 1 end, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(expected as decimal(28, 8)) as should_be,
  false as as_known_then
from failing
where outcome_jp03 = 'FAIL'
