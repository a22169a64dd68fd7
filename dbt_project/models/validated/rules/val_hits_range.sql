-- Written by expectations/compiler.py from expectations/rules/range.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_range') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
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
  replace(coalesce(cast(value_text as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）'), ' %', '%') as seen,
  replace(coalesce(cast({{ range_zh('hard_low', 'hard_high', 'canonical_unit') }} as {{ text }}), '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）'), ' %', '%') as expected,
  try_cast(hard_low as decimal(28, 8)) as expected_low,
  try_cast(hard_high as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || coalesce(cast(case when printed_unit = canonical_unit then '' else '，折合 ' || {{ plain_in('value', 'canonical_unit') }} || ' ' || canonical_unit end as {{ text }}), '（空）') || '，超出可能范围（' || coalesce(cast({{ range_zh('hard_low', 'hard_high', 'canonical_unit') }} as {{ text }}), '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '）。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is given as ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '(none)') || ' ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || coalesce(cast(case when printed_unit = canonical_unit then '' else ', that is ' || {{ plain_in('value', 'canonical_unit') }} || ' ' || canonical_unit end as {{ text }}), '(none)') || ', outside what is possible (' || coalesce(cast({{ range_en('hard_low', 'hard_high', 'canonical_unit') }} as {{ text }}), '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || ').', ' %', '%') as why_en,
  '请先核对计量单位（如“万”与“个”、“亿元”与“万元”），再核对数字和所在栏，更正后重报。' as mend_zh,
  'Check the unit first (ten thousands or ones, 亿元 or 万元), then the digits and the column; correct and send again.' as mend_en,
  cast(least(greatest(coalesce(5, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_rg01 = 'FAIL'

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
  replace(coalesce(cast(value_text as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）'), ' %', '%') as seen,
  replace(coalesce(cast({{ range_zh('soft_low', 'soft_high', 'canonical_unit') }} as {{ text }}), '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）'), ' %', '%') as expected,
  try_cast(soft_low as decimal(28, 8)) as expected_low,
  try_cast(soft_high as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || coalesce(cast(case when printed_unit = canonical_unit then '' else '，折合 ' || {{ plain_in('value', 'canonical_unit') }} || ' ' || canonical_unit end as {{ text }}), '（空）') || '，不在常见范围（' || coalesce(cast({{ range_zh('soft_low', 'soft_high', 'canonical_unit') }} as {{ text }}), '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '），需核验。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is given as ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '(none)') || ' ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || coalesce(cast(case when printed_unit = canonical_unit then '' else ', that is ' || {{ plain_in('value', 'canonical_unit') }} || ' ' || canonical_unit end as {{ text }}), '(none)') || ', outside the usual range (' || coalesce(cast({{ range_en('soft_low', 'soft_high', 'canonical_unit') }} as {{ text }}), '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || '); please verify.', ' %', '%') as why_en,
  '请核对计量单位、数字和所在栏；如属实，请说明原因并附依据。' as mend_zh,
  'Check unit, digits and column; if the figure is right, explain and attach evidence.' as mend_en,
  cast(least(greatest(coalesce(0.8, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_rg02 = 'FAIL'
