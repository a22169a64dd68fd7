-- Written by expectations/compiler.py from expectations/rules/runs.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_runs') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
)

-- FZ01 连续三年完全相同 / Three years the same to the last digit
select
  'FZ01' as rule_code,
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
  '逐年有所变化' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(3 as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”连续三年均为 ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '，需核验是否沿用旧数。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" has been ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '(none)') || ' ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || ' for three years, to the last digit; please verify that an old figure was not carried on.', ' %', '%') as why_en,
  '请核对三年的数字来源；如确实未变，请说明并附依据。' as mend_zh,
  'Check the sources of the three years; if nothing changed, explain with evidence.' as mend_en,
  cast(least(greatest(coalesce(least((n_digits - 1) * 0.8, 3), 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_fz01 = 'FAIL'

union all

-- FZ02 连续三年等差 / Even steps over three years
select
  'FZ02' as rule_code,
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
  '两次增量不同' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(3 as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”' || coalesce(cast(period - 2 as {{ text }}), '（空）') || ' 年至本年依次为 ' || coalesce({{ plain("value_b2") }}, '（空）') || '、' || coalesce({{ plain("value_b1") }}, '（空）') || '、' || coalesce({{ plain("value") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '，两次变动均约为 ' || coalesce({{ plain("value - value_b1") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '，需核验是否按等差推算。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" went ' || coalesce({{ plain("value_b2") }}, '(none)') || ', ' || coalesce({{ plain("value_b1") }}, '(none)') || ', ' || coalesce({{ plain("value") }}, '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || ': the same step of ' || coalesce({{ plain("value - value_b1") }}, '(none)') || ' twice; please verify that it was counted and not interpolated.', ' %', '%') as why_en,
  '请核对三年的数字来源；如系推算，请改为实际数。' as mend_zh,
  'Check the sources of the three years; if interpolated, replace by actual figures.' as mend_en,
  cast(least(greatest(coalesce(log10(nullif(spread * abs(cast(value as double)) / nullif(3 * cast(tick as double), 0), 0)) - 1, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_fz02 = 'FAIL'

union all

-- FZ03 连续四年等比 / One growth rate over four years
select
  'FZ03' as rule_code,
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
  '各年增长率不同' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(4 as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”连续四年几乎按同一增长率 ' || coalesce({{ plain("round((cast(value as double) / nullif(cast(value_b1 as double), 0) - 1) * 100, 3)") }}, '（空）') || '% 变动，需核验是否为推算数。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" grew at nearly one rate, ' || coalesce({{ plain("round((cast(value as double) / nullif(cast(value_b1 as double), 0) - 1) * 100, 3)") }}, '(none)') || ' %, over four years; please verify that it was not extrapolated.' as why_en,
  '请核对各年的数字来源；如系推算，请改为实际数。' as mend_zh,
  'Check the sources; if extrapolated, replace by actual figures.' as mend_en,
  cast(least(greatest(coalesce(2 * log10(nullif(spread / (0.0005 + 2 * rounding) / 2, 0)), 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  false as as_known_then
from failing
where outcome_fz03 = 'FAIL'
