-- Written by expectations/compiler.py from expectations/rules/range.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with verdicts as (
  select distinct rule_code as verdict, submission_id, sheet, row_no, col_no, indicator
  from {{ source('raw', 'door_verdict') }}
  where {{ only_changed('period') }} and rule_code in ('RG01', 'RG02')
),

failing as (
  select tested.*, verdicts.verdict
  from {{ ref('val_tested_range') }} as tested
  inner join verdicts
    on verdicts.submission_id = tested.submission_id
    and verdicts.sheet is not distinct from tested.sheet
    and verdicts.row_no is not distinct from tested.row_no
    and verdicts.col_no is not distinct from tested.col_no
    and verdicts.indicator is not distinct from tested.indicator
  where {{ only_changed('tested.period') }}
)

-- RG01 超出可能范围 / Outside the possible range
select
  'RG01' as rule_code,
  cast(1 as integer) as rule_version,
  'E' as severity,
  submission_id,
  provider_id,
  unit_code,
  indicator,
  period,
  sheet,
  row_no,
  col_no,
  cell,
  coalesce(cast(value_text as {{ text }}), '不限') || ' ' || coalesce(cast(printed_unit as {{ text }}), '不限') as seen,
  coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(hard_low as decimal(28, 8)) as {{ text }}))), '不限') || ' 至 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(hard_high as decimal(28, 8)) as {{ text }}))), '不限') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '不限') as expected,
  try_cast(hard_low as decimal(28, 8)) as expected_low,
  try_cast(hard_high as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '不限') || '”填报 ' || coalesce(cast(value_text as {{ text }}), '不限') || ' ' || coalesce(cast(printed_unit as {{ text }}), '不限') || ', 折合 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(value as decimal(28, 8)) as {{ text }}))), '不限') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '不限') || ', 超出可能范围 (' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(hard_low as decimal(28, 8)) as {{ text }}))), '不限') || ' 至 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(hard_high as decimal(28, 8)) as {{ text }}))), '不限') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '不限') || ')。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), 'no bound') || '" is given as ' || coalesce(cast(value_text as {{ text }}), 'no bound') || ' ' || coalesce(cast(printed_unit as {{ text }}), 'no bound') || ', that is ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(value as decimal(28, 8)) as {{ text }}))), 'no bound') || ' ' || coalesce(cast(canonical_unit as {{ text }}), 'no bound') || ', outside what is possible (' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(hard_low as decimal(28, 8)) as {{ text }}))), 'no bound') || ' to ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(hard_high as decimal(28, 8)) as {{ text }}))), 'no bound') || ' ' || coalesce(cast(canonical_unit as {{ text }}), 'no bound') || ').' as why_en,
  '请先核对计量单位 (如“万”与“个”、“亿元”与“万元”), 再核对数字和所在的栏, 改正后重报。' as mend_zh,
  'Check the unit first (ten thousands or ones, 亿元 or 万元), then the digits and the column; correct and send again.' as mend_en,
  cast(least(greatest(coalesce(5, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where verdict = 'RG01'

union all

-- RG02 超出常见范围 / Outside the usual range
select
  'RG02' as rule_code,
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
  coalesce(cast(value_text as {{ text }}), '不限') || ' ' || coalesce(cast(printed_unit as {{ text }}), '不限') as seen,
  coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(soft_low as decimal(28, 8)) as {{ text }}))), '不限') || ' 至 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(soft_high as decimal(28, 8)) as {{ text }}))), '不限') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '不限') as expected,
  try_cast(soft_low as decimal(28, 8)) as expected_low,
  try_cast(soft_high as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '不限') || '”填报 ' || coalesce(cast(value_text as {{ text }}), '不限') || ' ' || coalesce(cast(printed_unit as {{ text }}), '不限') || ', 折合 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(value as decimal(28, 8)) as {{ text }}))), '不限') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '不限') || ', 不在常见范围 (' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(soft_low as decimal(28, 8)) as {{ text }}))), '不限') || ' 至 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(soft_high as decimal(28, 8)) as {{ text }}))), '不限') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '不限') || '), 需核验。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), 'no bound') || '" is given as ' || coalesce(cast(value_text as {{ text }}), 'no bound') || ' ' || coalesce(cast(printed_unit as {{ text }}), 'no bound') || ', that is ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(value as decimal(28, 8)) as {{ text }}))), 'no bound') || ' ' || coalesce(cast(canonical_unit as {{ text }}), 'no bound') || ', outside the usual range (' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(soft_low as decimal(28, 8)) as {{ text }}))), 'no bound') || ' to ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(soft_high as decimal(28, 8)) as {{ text }}))), 'no bound') || ' ' || coalesce(cast(canonical_unit as {{ text }}), 'no bound') || '); please verify.' as why_en,
  '请核对计量单位、数字和所在的栏; 如情况属实, 请说明原因并附依据。' as mend_zh,
  'Check unit, digits and column; if the figure is right, explain and attach evidence.' as mend_en,
  cast(least(greatest(coalesce(0.8, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where verdict = 'RG02'
