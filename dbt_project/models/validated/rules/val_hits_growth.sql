-- Written by expectations/compiler.py from expectations/rules/growth.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_growth') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
)

-- GR01 总量变动与公布增速不符 / The level did not move as its growth rate says
select
  'GR01' as rule_code,
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
  '推算价格变动约 ' || coalesce({{ plain("round((exp(usual) - 1) * 100, 1)") }}, '（空）') || '%' as expected,
  try_cast(fitting - abs(fitting) * 0.03 as decimal(28, 8)) as expected_low,
  try_cast(fitting + abs(fitting) * 0.03 as decimal(28, 8)) as expected_high,
  cast(n_peers as integer) as baseline_n,
  '总量名义变动 ' || coalesce({{ plain("round((exp(nominal) - 1) * 100, 1)") }}, '（空）') || '%，公布增速 ' || coalesce({{ plain("rate") }}, '（空）') || '%，推算价格变动 ' || coalesce({{ plain("round((exp(implied) - 1) * 100, 1)") }}, '（空）') || '%，同省 ' || coalesce(cast(n_peers as {{ text }}), '（空）') || ' 个市约为 ' || coalesce({{ plain("round((exp(usual) - 1) * 100, 1)") }}, '（空）') || '%；“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”存疑，需核验。' as why_zh,
  'The level moved ' || coalesce({{ plain("round((exp(nominal) - 1) * 100, 1)") }}, '(none)') || ' % and the reported growth is ' || coalesce({{ plain("rate") }}, '(none)') || ' %: an implied price change of ' || coalesce({{ plain("round((exp(implied) - 1) * 100, 1)") }}, '(none)') || ' %, against ' || coalesce({{ plain("round((exp(usual) - 1) * 100, 1)") }}, '(none)') || ' % in ' || coalesce(cast(n_peers as {{ text }}), '(none)') || ' cities. "' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" may be wrong; please verify.' as why_en,
  '请核对总量、增速和上年总量是否为同一口径、同一次核定。' as mend_zh,
  'Check that level, rate and last year''s level share one definition and one vintage.' as mend_en,
  cast(least(greatest(coalesce({{ rarity('off') }}, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(fitting as decimal(28, 8)) as should_be,
  false as as_known_then
from failing
where outcome_gr01 = 'FAIL'
