-- Written by expectations/compiler.py from expectations/rules/companions.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_companions') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
)

-- RT01 与相关指标之比突变 / The ratio to a related indicator jumped
select
  'RT01' as rule_code,
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
  replace('按“' || coalesce(cast(other_zh as {{ text }}), '（空）') || '”推算约 ' || coalesce({{ plain_in("round(implied, 2)", "canonical_unit") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）'), ' %', '%') as expected,
  try_cast(implied / 1.3 as decimal(28, 8)) as expected_low,
  try_cast(implied * 1.3 as decimal(28, 8)) as expected_high,
  cast(n_cities as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”为 ' || coalesce({{ plain("value") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '，与“' || coalesce(cast(other_zh as {{ text }}), '（空）') || '”（' || coalesce({{ plain("other_value") }}, '（空）') || '）之比与推算值相差 ' || coalesce({{ plain("round(exp(least(greatest(abs(parted), 0), 20)), 2)") }}, '（空）') || ' 倍；历年和同省各市的这两个指标同步变动，需核验。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is ' || coalesce({{ plain("value") }}, '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || '; its ratio to "' || coalesce(cast(other_en as {{ text }}), '(none)') || '" (' || coalesce({{ plain("other_value") }}, '(none)') || ') shifted ' || coalesce({{ plain("round(exp(least(greatest(abs(parted), 0), 20)), 2)") }}, '(none)') || '-fold, while the two move together in other years and cities. Please verify.', ' %', '%') as why_en,
  '请核对这两个数的计量单位、范围和年份；如属实，请说明原因。' as mend_zh,
  'Check unit, scope and year of both; if right, explain.' as mend_en,
  cast(least(greatest(coalesce({{ rarity('apart') }} - least({{ rarity('apart') }}, {{ rarity('coalesce(off, 0)') }}) / 2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(implied as decimal(28, 8)) as should_be,
  false as as_known_then
from failing
where outcome_rt01 = 'FAIL'
