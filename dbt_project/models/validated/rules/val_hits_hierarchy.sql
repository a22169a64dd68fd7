-- Written by expectations/compiler.py from expectations/rules/hierarchy.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_hierarchy') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
)

-- HC01 各市之和与全省数不符 / The cities do not add up to the province
select
  'HC01' as rule_code,
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
  replace('各市之和 ' || coalesce({{ plain("total") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）'), ' %', '%') as expected,
  try_cast(total - rounding / 2 as decimal(28, 8)) as expected_low,
  try_cast(total + rounding / 2 as decimal(28, 8)) as expected_high,
  cast(n_cities as integer) as baseline_n,
  replace('全省“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”为 ' || coalesce({{ plain("value") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '，' || coalesce(cast(n_cities as {{ text }}), '（空）') || ' 个市之和为 ' || coalesce({{ plain("total") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '，相差 ' || coalesce({{ plain("round((cast(total as double) / nullif(cast(value as double), 0) - 1) * 100, 2)") }}, '（空）') || '%，超出四舍五入误差，需核验。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" of the province is ' || coalesce({{ plain("value") }}, '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || ' while its ' || coalesce(cast(n_cities as {{ text }}), '(none)') || ' cities make ' || coalesce({{ plain("total") }}, '(none)') || ', ' || coalesce({{ plain("round((cast(total as double) / nullif(cast(value as double), 0) - 1) * 100, 2)") }}, '(none)') || ' % off and beyond rounding; please verify.', ' %', '%') as why_en,
  '请核对全省数的口径（是否含省本级、是否经过核减），说明差额的原因。' as mend_zh,
  'Check the definition of the province''s figure (own level included? adjusted?) and account for the difference.' as mend_en,
  cast(least(greatest(coalesce(1.5, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(total as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_hc01 = 'FAIL'
