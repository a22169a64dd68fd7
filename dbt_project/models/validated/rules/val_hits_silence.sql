-- Written by expectations/compiler.py from expectations/rules/silence.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_silence') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
)

-- SI01 各市普遍变差年份的空缺 / Blank in a year that went badly
select
  'SI01' as rule_code,
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
  '（空）' as seen,
  replace('上年为 ' || coalesce({{ plain("last_value") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）'), ' %', '%') as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(n_peers as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”上年填报 ' || coalesce({{ plain("last_value") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '，本年空缺；同省 ' || coalesce(cast(n_peers as {{ text }}), '（空）') || ' 个可比城市中有 ' || coalesce(cast(n_worse as {{ text }}), '（空）') || ' 个本年变差，需说明。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" was ' || coalesce({{ plain("last_value") }}, '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || ' last year and is blank now; ' || coalesce(cast(n_worse as {{ text }}), '(none)') || ' of ' || coalesce(cast(n_peers as {{ text }}), '(none)') || ' cities did worse this year.', ' %', '%') as why_en,
  '请补报；不涉及的请填“不涉及”。' as mend_zh,
  'Fill it in; if it does not apply, write 不涉及.' as mend_en,
  cast(least(greatest(coalesce(0.3, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_si01 = 'FAIL'
