-- Written by expectations/compiler.py from expectations/rules/places.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(level is null, false) then 'NOT_APPLICABLE'
      when coalesce(n_years < 2, false) then 'TOO_FEW_POINTS'
      else case (column_partner is not null) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_mc01,
    case
      when not coalesce(true, false) then null
      when coalesce(level is null, false) then 'NOT_APPLICABLE'
      when coalesce(n_years < 2, false) then 'TOO_FEW_POINTS'
      else case (row_partner is not null) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_mc02,
    case
      when not coalesce(true, false) then null
      when coalesce(level is null, false) then 'NOT_APPLICABLE'
      when coalesce(n_years < 2 or n_digits < 3, false) then 'TOO_FEW_POINTS'
      else case (off >= 2.5 and donor is not null) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_mc03
  from {{ ref('val_tested_places') }} as tested
  where {{ only_changed('tested.period') }}
),

marked as (
  select judged.*, coalesce(outcome_mc01 = 'FAIL' or outcome_mc02 = 'FAIL' or outcome_mc03 = 'FAIL', false) as is_failing from judged
),

kept as (
  select
    period, outcome_mc01, outcome_mc02, outcome_mc03, is_failing,
    case when is_failing then submission_id end as submission_id,
    case when is_failing then provider_id end as provider_id,
    case when is_failing then unit_code end as unit_code,
    case when is_failing then indicator end as indicator,
    case when is_failing then sheet end as sheet,
    case when is_failing then row_no end as row_no,
    case when is_failing then col_no end as col_no,
    case when is_failing then cell end as cell,
    case when is_failing then canonical_unit end as canonical_unit,
    case when is_failing then column_gain end as column_gain,
    case when is_failing then column_partner_en end as column_partner_en,
    case when is_failing then column_partner_zh end as column_partner_zh,
    case when is_failing then column_should_be end as column_should_be,
    case when is_failing then column_value end as column_value,
    case when is_failing then donor end as donor,
    case when is_failing then expected end as expected,
    case when is_failing then expected_high end as expected_high,
    case when is_failing then expected_low end as expected_low,
    case when is_failing then n_digits end as n_digits,
    case when is_failing then n_rows end as n_rows,
    case when is_failing then n_years end as n_years,
    case when is_failing then name_en end as name_en,
    case when is_failing then name_zh end as name_zh,
    case when is_failing then printed_unit end as printed_unit,
    case when is_failing then row_gain end as row_gain,
    case when is_failing then row_partner end as row_partner,
    case when is_failing then row_should_be end as row_should_be,
    case when is_failing then row_value end as row_value,
    case when is_failing then value_text end as value_text
  from marked
)

select period, outcome_mc01, outcome_mc02, outcome_mc03, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, canonical_unit, column_gain, column_partner_en, column_partner_zh, column_should_be, column_value, donor, expected, expected_high, expected_low, n_digits, n_rows, n_years, name_en, name_zh, printed_unit, row_gain, row_partner, row_should_be, row_value, value_text, count(*) as n_alike
from kept
group by period, outcome_mc01, outcome_mc02, outcome_mc03, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, canonical_unit, column_gain, column_partner_en, column_partner_zh, column_should_be, column_value, donor, expected, expected_high, expected_low, n_digits, n_rows, n_years, name_en, name_zh, printed_unit, row_gain, row_partner, row_should_be, row_value, value_text
