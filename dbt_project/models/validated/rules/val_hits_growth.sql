-- Written by expectations/compiler.py from expectations/rules/growth.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_growth') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
)

-- GR01 总量变动与公布增速不合 / The level did not move as its growth rate says
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
  coalesce(cast(value_text as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') as seen,
  '推算价格变动约 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round((exp(usual) - 1) * 100, 1) as decimal(28, 8)) as {{ text }}))), '（空）') || '%' as expected,
  try_cast(fitting - abs(fitting) * 0.03 as decimal(28, 8)) as expected_low,
  try_cast(fitting + abs(fitting) * 0.03 as decimal(28, 8)) as expected_high,
  cast(n_peers as integer) as baseline_n,
  '总量名义变动 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round((exp(nominal) - 1) * 100, 1) as decimal(28, 8)) as {{ text }}))), '（空）') || '%, 公布增速 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(rate as decimal(28, 8)) as {{ text }}))), '（空）') || '%, 推算价格变动 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round((exp(implied) - 1) * 100, 1) as decimal(28, 8)) as {{ text }}))), '（空）') || '%, 而同省 ' || coalesce(cast(n_peers as {{ text }}), '（空）') || ' 市约为 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round((exp(usual) - 1) * 100, 1) as decimal(28, 8)) as {{ text }}))), '（空）') || '%; 疑“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”有误, 需核验。' as why_zh,
  'The level moved ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round((exp(nominal) - 1) * 100, 1) as decimal(28, 8)) as {{ text }}))), '(none)') || ' % and the reported growth is ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(rate as decimal(28, 8)) as {{ text }}))), '(none)') || ' %: an implied price change of ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round((exp(implied) - 1) * 100, 1) as decimal(28, 8)) as {{ text }}))), '(none)') || ' %, against ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round((exp(usual) - 1) * 100, 1) as decimal(28, 8)) as {{ text }}))), '(none)') || ' % in ' || coalesce(cast(n_peers as {{ text }}), '(none)') || ' cities. "' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" may be wrong; please verify.' as why_en,
  '请核对总量、增速和上年总量是否为同一口径、同一次核定。' as mend_zh,
  'Check that level, rate and last year''s level share one definition and one vintage.' as mend_en,
  cast(least(greatest(coalesce({{ rarity('off') }}, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(fitting as decimal(28, 8)) as should_be,
  false as as_known_then
from failing
where outcome_gr01 = 'FAIL'
