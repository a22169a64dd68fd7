-- Written by expectations/compiler.py from expectations/rules/peers.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_peers') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
)

-- PE01 人均水平与同省各市相差悬殊 / Per head, far from the province's cities
select
  'PE01' as rule_code,
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
  replace('每万人约 ' || coalesce({{ plain("round(exp(usual), 4)") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）'), ' %', '%') as expected,
  try_cast(exp(usual - 3 * width) * value / nullif(per_head, 0) as decimal(28, 8)) as expected_low,
  try_cast(exp(usual + 3 * width) * value / nullif(per_head, 0) as decimal(28, 8)) as expected_high,
  cast(n_cities as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”折合每万人 ' || coalesce({{ plain("round(per_head, 4)") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '，明显' || coalesce(cast(case when per_head > exp(usual) then '高' else '低' end as {{ text }}), '（空）') || '于 ' || coalesce(cast(n_cities as {{ text }}), '（空）') || ' 个可比市的中位数 ' || coalesce({{ plain("round(exp(usual), 4)") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '，往年并非如此，需核验。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" comes to ' || coalesce({{ plain("round(per_head, 4)") }}, '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || ' for 10,000 persons, far ' || coalesce(cast(case when per_head > exp(usual) then 'above' else 'below' end as {{ text }}), '(none)') || ' the median ' || coalesce({{ plain("round(exp(usual), 4)") }}, '(none)') || ' of ' || coalesce(cast(n_cities as {{ text }}), '(none)') || ' comparable cities, as it did not before; please verify.', ' %', '%') as why_en,
  '请核对计量单位、位数和范围；如属实，请说明原因。' as mend_zh,
  'Check unit, digits and scope; if right, explain.' as mend_en,
  cast(least(greatest(coalesce({{ rarity('apart') }} / 2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  false as as_known_then
from failing
where outcome_pe01 = 'FAIL'
