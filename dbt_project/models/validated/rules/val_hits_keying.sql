-- Written by expectations/compiler.py from expectations/rules/keying.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with failing as (
  select judged.*, {{ copies_of_row('judged.n_alike') }} as copy_no
  from {{ ref('val_judged_keying') }} as judged
  where {{ only_changed('judged.period') }} and judged.is_failing
)

-- KE01 疑似漏录或多录一位 / A digit missing or too many
select
  'KE01' as rule_code,
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
  replace('如为录入差错，应为 ' || coalesce({{ plain_in("suggested_printed", "printed_unit") }}, '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）'), ' %', '%') as expected,
  try_cast(expected_low as decimal(28, 8)) as expected_low,
  try_cast(expected_high as decimal(28, 8)) as expected_high,
  cast(n_years as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '，推算约 ' || coalesce({{ plain_in("round(expected, 2)", "canonical_unit") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '；如漏录或多录一位，应为 ' || coalesce({{ plain_in("suggested_printed", "printed_unit") }}, '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '，需核验。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '(none)') || ' ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || ' where about ' || coalesce({{ plain_in("round(expected, 2)", "canonical_unit") }}, '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || ' was to be expected; with a digit put in or taken out it would be ' || coalesce({{ plain("suggested_printed") }}, '(none)') || '. Please verify.', ' %', '%') as why_en,
  '请对照原始凭证逐位核对；如确为录入差错，请更正后重报。' as mend_zh,
  'Compare digit by digit with the source document; if it was a slip, correct it and send again.' as mend_en,
  cast(least(greatest(coalesce(gain, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(suggested_printed * cast(factor as double) as decimal(28, 8)) as should_be,
  false as as_known_then
from failing
where outcome_ke01 = 'FAIL'

union all

-- KE02 疑似相邻两位颠倒 / Two neighbouring digits swapped
select
  'KE02' as rule_code,
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
  replace('如为两位颠倒，应为 ' || coalesce({{ plain_in("suggested_printed", "printed_unit") }}, '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）'), ' %', '%') as expected,
  try_cast(expected_low as decimal(28, 8)) as expected_low,
  try_cast(expected_high as decimal(28, 8)) as expected_high,
  cast(n_years as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '，推算约 ' || coalesce({{ plain_in("round(expected, 2)", "canonical_unit") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '；如相邻两位颠倒，应为 ' || coalesce({{ plain_in("suggested_printed", "printed_unit") }}, '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '，需核验。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '(none)') || ' ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || ' where about ' || coalesce({{ plain_in("round(expected, 2)", "canonical_unit") }}, '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || ' was to be expected; with two digits exchanged it would be ' || coalesce({{ plain("suggested_printed") }}, '(none)') || '. Please verify.', ' %', '%') as why_en,
  '请对照原始凭证逐位核对；如确为录入差错，请更正后重报。' as mend_zh,
  'Compare digit by digit with the source document; if it was a slip, correct it and send again.' as mend_en,
  cast(least(greatest(coalesce(gain, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(suggested_printed * cast(factor as double) as decimal(28, 8)) as should_be,
  false as as_known_then
from failing
where outcome_ke02 = 'FAIL'

union all

-- KE03 疑似一位录错 / One digit misread
select
  'KE03' as rule_code,
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
  replace('如为一位录错，应为 ' || coalesce({{ plain_in("suggested_printed", "printed_unit") }}, '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）'), ' %', '%') as expected,
  try_cast(expected_low as decimal(28, 8)) as expected_low,
  try_cast(expected_high as decimal(28, 8)) as expected_high,
  cast(n_years as integer) as baseline_n,
  replace('“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '，推算约 ' || coalesce({{ plain_in("round(expected, 2)", "canonical_unit") }}, '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '；如一位录错，应为 ' || coalesce({{ plain_in("suggested_printed", "printed_unit") }}, '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || '，需核验。', ' %', '%') as why_zh,
  replace('"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is ' || coalesce(cast({{ thousands('value_text') }} as {{ text }}), '(none)') || ' ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || ' where about ' || coalesce({{ plain_in("round(expected, 2)", "canonical_unit") }}, '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || ' was to be expected; with one digit replaced it would be ' || coalesce({{ plain("suggested_printed") }}, '(none)') || '. Please verify.', ' %', '%') as why_en,
  '请对照原始凭证逐位核对；如确为录入差错，请更正后重报。' as mend_zh,
  'Compare digit by digit with the source document; if it was a slip, correct it and send again.' as mend_en,
  cast(least(greatest(coalesce(gain, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(suggested_printed * cast(factor as double) as decimal(28, 8)) as should_be,
  false as as_known_then
from failing
where outcome_ke03 = 'FAIL'
