-- Written by expectations/compiler.py from expectations/rules/hands.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_hands') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
)

-- SB01 与另一份报表的文件完全相同 / The same file as another return
select
  'SB01' as rule_code,
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
  coalesce(cast(file_name as {{ text }}), '（空）') as seen,
  '各单位、各报告期的报表互不相同' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '本文件与 ' || coalesce(cast(twin_provider as {{ text }}), '（空）') || ' ' || coalesce(cast(twin_period as {{ text }}), '（空）') || ' 年的报表完全相同，需核验是否用错文件或代填代报。' as why_zh,
  'This file is byte for byte the one of ' || coalesce(cast(twin_provider as {{ text }}), '(none)') || ' for ' || coalesce(cast(twin_period as {{ text }}), '(none)') || '; please verify that the right file was sent, by the one who owes it.' as why_en,
  '请改用本单位本期的报表重报。' as mend_zh,
  'Send your own return for this period.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_sb01 = 'FAIL'

union all

-- SB02 许多数字与另一单位相同 / Many figures shared with another provider
select
  'SB02' as rule_code,
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
  coalesce(cast(n_common as {{ text }}), '（空）') || ' / ' || coalesce(cast(n_long as {{ text }}), '（空）') as seen,
  '各单位的数字各不相同' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(n_long as integer) as baseline_n,
  '本报表 ' || coalesce(cast(n_long as {{ text }}), '（空）') || ' 个五位以上的数中，有 ' || coalesce(cast(n_common as {{ text }}), '（空）') || ' 个与另一单位的报表完全相同，需核验。' as why_zh,
  coalesce(cast(n_common as {{ text }}), '(none)') || ' of the ' || coalesce(cast(n_long as {{ text }}), '(none)') || ' figures of five digits or more also stand in another provider''s return; please verify.' as why_en,
  '请核对数据来源，改为本单位的数据后重报。' as mend_zh,
  'Check the source and send your own figures.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_sb02 = 'FAIL'

union all

-- HP01 末位数字集中于 0 和 5 / Last digits heap on 0 and 5
select
  'HP01' as rule_code,
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
  coalesce(cast(n_fives as {{ text }}), '（空）') || ' / ' || coalesce(cast(n_ends as {{ text }}), '（空）') || ' (' || coalesce({{ plain("round(n_fives * 100.0 / nullif(n_ends, 0), 1)") }}, '（空）') || '%)' as seen,
  '约 20%' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(n_ends as integer) as baseline_n,
  coalesce(cast(n_ends as {{ text }}), '（空）') || ' 个整数中有 ' || coalesce(cast(n_fives as {{ text }}), '（空）') || ' 个（' || coalesce({{ plain("round(n_fives * 100.0 / nullif(n_ends, 0), 1)") }}, '（空）') || '%）末位为 0 或 5，通常约为两成；可能是估计数或取整数。' as why_zh,
  coalesce(cast(n_fives as {{ text }}), '(none)') || ' of ' || coalesce(cast(n_ends as {{ text }}), '(none)') || ' whole figures (' || coalesce({{ plain("round(n_fives * 100.0 / nullif(n_ends, 0), 1)") }}, '(none)') || ' %) end in 0 or 5 where about 20 % would; perhaps estimates or roundings.' as why_en,
  '请按实际数填报，不要取整。' as mend_zh,
  'Report the figures as counted, not rounded.' as mend_en,
  cast(least(greatest(coalesce(0.8, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_hp01 = 'FAIL'
