-- Written by expectations/compiler.py from expectations/rules/targets.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_targets') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
)

-- TG01 与目标值完全相同 / The target to the last digit
select
  'TG01' as rule_code,
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
  replace('实际发生数（目标为 ' || coalesce({{ plain("target") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '）', ' %', '%') as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '，与年度目标 ' || coalesce({{ plain("target") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || ' 完全相同，需核验是否按目标填报。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '(none)') || ' ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || ', the yearly target to the last digit; please verify that the outcome was reported and not the plan.', ' %', '%') as why_en,
  '请附实际数的来源；如误填目标值，请更正。' as mend_zh,
  'Attach the source of the outcome; if the target was filled in by mistake, correct it.' as mend_en,
  cast(least(greatest(coalesce(least((n_digits - 1) * 0.6, 2.5), 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_tg01 = 'FAIL'

union all

-- TG02 集中在目标线之上 / Crowded just above the line
select
  'TG02' as rule_code,
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
  coalesce(cast(n_above as {{ text }}), '（空）') || ' / ' || coalesce(cast(n_near as {{ text }}), '（空）') as seen,
  '高于和低于目标的大致各半' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(n_near as integer) as baseline_n,
  '本报表有 ' || coalesce(cast(n_near as {{ text }}), '（空）') || ' 个数与目标相差不超过 1%，其中 ' || coalesce(cast(n_above as {{ text }}), '（空）') || ' 个高于目标；“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”是其中之一。' as why_zh,
  coalesce(cast(n_near as {{ text }}), '(none)') || ' figures of this return lie within 1 % of their targets, ' || coalesce(cast(n_above as {{ text }}), '(none)') || ' of them above; "' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is one.' as why_en,
  '不需更正；核查时请优先查看这些数的原始凭证。' as mend_zh,
  'Nothing to mend; an inspection looks at the vouchers of these figures first.' as mend_en,
  cast(least(greatest(coalesce(0.3, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_tg02 = 'FAIL'
