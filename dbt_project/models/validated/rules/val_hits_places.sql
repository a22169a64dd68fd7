-- Written by expectations/compiler.py from expectations/rules/places.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_places') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
)

-- MC01 疑似两栏互换 / Two columns exchanged
select
  'MC01' as rule_code,
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
  '与“' || coalesce(cast(column_partner_zh as {{ text }}), '（空）') || '”栏对调：' || coalesce({{ plain("column_value") }}, '（空）') as expected,
  try_cast(expected_low as decimal(28, 8)) as expected_low,
  try_cast(expected_high as decimal(28, 8)) as expected_high,
  cast(n_years as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '（空）') || '，“' || coalesce(cast(column_partner_zh as {{ text }}), '（空）') || '”填报 ' || coalesce({{ plain("column_value") }}, '（空）') || '，均与推算值相差很大，对调后均相符，疑似两栏互换，需核验。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" (' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '(none)') || ') and "' || coalesce(cast(column_partner_en as {{ text }}), '(none)') || '" (' || coalesce({{ plain("column_value") }}, '(none)') || ') are both far off and both fit once exchanged: perhaps the columns were mixed up.' as why_en,
  '请核对这两栏是否互换；如是，请对调后重报。' as mend_zh,
  'Check whether the two columns were exchanged; if so, put them right and send again.' as mend_en,
  cast(least(greatest(coalesce(0.5 + column_gain, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(column_should_be as decimal(28, 8)) as should_be,
  false as as_known_then
from failing
where outcome_mc01 = 'FAIL'

union all

-- MC02 疑似两个地区错行 / Two rows exchanged
select
  'MC02' as rule_code,
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
  replace('与 ' || coalesce(cast(row_partner as {{ text }}), '（空）') || ' 对调：' || coalesce({{ plain("row_value") }}, '（空）'), ' %', '%') as expected,
  try_cast(expected_low as decimal(28, 8)) as expected_low,
  try_cast(expected_high as decimal(28, 8)) as expected_high,
  cast(n_years as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '（空）') || '，区划代码 ' || coalesce(cast(row_partner as {{ text }}), '（空）') || ' 填报 ' || coalesce({{ plain("row_value") }}, '（空）') || '，均与推算值不符，对调后均相符，疑似错行，需核验。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" (' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '(none)') || ') and that of unit ' || coalesce(cast(row_partner as {{ text }}), '(none)') || ' (' || coalesce({{ plain("row_value") }}, '(none)') || ') are both off and both fit once exchanged: perhaps the rows were mixed up.', ' %', '%') as why_en,
  '请核对这两个地区的行是否填错；如是，请对调后重报。' as mend_zh,
  'Check whether the rows of the two units were exchanged; if so, put them right and send again.' as mend_en,
  cast(least(greatest(coalesce(row_gain, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(row_should_be as decimal(28, 8)) as should_be,
  false as as_known_then
from failing
where outcome_mc02 = 'FAIL'

union all

-- MC03 疑似误填另一地区的数 / Perhaps another unit's figure
select
  'MC03' as rule_code,
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
  replace('约 ' || coalesce({{ plain_in("round(expected, 2)", "canonical_unit") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）'), ' %', '%') as expected,
  try_cast(expected_low as decimal(28, 8)) as expected_low,
  try_cast(expected_high as decimal(28, 8)) as expected_high,
  cast(n_years as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '（空）') || '，与区划代码 ' || coalesce(cast(donor as {{ text }}), '（空）') || ' 的数完全相同；对方的数与其历年相符，本数与推算值（约 ' || coalesce({{ plain_in("round(expected, 2)", "canonical_unit") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '）相差很大，疑似错行，需核验。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '(none)') || ', digit for digit that of unit ' || coalesce(cast(donor as {{ text }}), '(none)') || ', which fits that unit''s own years, while this one is far from the ' || coalesce({{ plain_in("round(expected, 2)", "canonical_unit") }}, '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || ' to be expected: perhaps the wrong row was copied.', ' %', '%') as why_en,
  '请对照原始资料核对本行的数字。' as mend_zh,
  'Compare this row with the source document.' as mend_en,
  cast(least(greatest(coalesce(least(n_digits - 1 - log10(cast(n_rows as double)), 3), 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(expected as decimal(28, 8)) as should_be,
  false as as_known_then
from failing
where outcome_mc03 = 'FAIL'
