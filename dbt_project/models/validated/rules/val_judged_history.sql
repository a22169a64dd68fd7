-- Written by expectations/compiler.py from expectations/rules/history.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(level is null, false) then 'NOT_APPLICABLE'
      when coalesce(not is_between, false) then 'TOO_FEW_POINTS'
      else case (off >= 4) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_yr02,
    case
      when not coalesce(true, false) then null
      when coalesce(level is null, false) then 'NOT_APPLICABLE'
      when coalesce(n_before < 1, false) then 'TOO_FEW_POINTS'
      else case (off_then >= 3) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_jp01,
    case
      when not coalesce(true, false) then null
      when coalesce(level is null, false) then 'NOT_APPLICABLE'
      when coalesce(n_years < 2, false) then 'TOO_FEW_POINTS'
      else case (off >= 2.5 and off < case when is_between then 4 else 3 end) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_jp02,
    case
      when not coalesce(n_before = 0, false) then null
      when coalesce(level is null, false) then 'NOT_APPLICABLE'
      when coalesce(n_years < 1, false) then 'TOO_FEW_POINTS'
      else case (off >= 3) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_jp03
  from {{ ref('val_tested_history') }} as tested
  where {{ only_changed('tested.period') }}
),

marked as (
  select judged.*, coalesce(outcome_yr02 = 'FAIL' or outcome_jp01 = 'FAIL' or outcome_jp02 = 'FAIL' or outcome_jp03 = 'FAIL', false) as is_failing from judged
),

kept as (
  select
    period, outcome_yr02, outcome_jp01, outcome_jp02, outcome_jp03, is_failing,
    case when is_failing then submission_id end as submission_id,
    case when is_failing then provider_id end as provider_id,
    case when is_failing then unit_code end as unit_code,
    case when is_failing then indicator end as indicator,
    case when is_failing then sheet end as sheet,
    case when is_failing then row_no end as row_no,
    case when is_failing then col_no end as col_no,
    case when is_failing then cell end as cell,
    case when is_failing then canonical_unit end as canonical_unit,
    case when is_failing then expected end as expected,
    case when is_failing then expected_high end as expected_high,
    case when is_failing then expected_low end as expected_low,
    case when is_failing then is_of_two_levels end as is_of_two_levels,
    case when is_failing then n_before end as n_before,
    case when is_failing then n_years end as n_years,
    case when is_failing then name_en end as name_en,
    case when is_failing then name_zh end as name_zh,
    case when is_failing then off end as off,
    case when is_failing then printed_unit end as printed_unit,
    case when is_failing then value end as value,
    case when is_failing then value_text end as value_text
  from marked
)

select period, outcome_yr02, outcome_jp01, outcome_jp02, outcome_jp03, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, canonical_unit, expected, expected_high, expected_low, is_of_two_levels, n_before, n_years, name_en, name_zh, off, printed_unit, value, value_text, count(*) as n_alike
from kept
group by period, outcome_yr02, outcome_jp01, outcome_jp02, outcome_jp03, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, canonical_unit, expected, expected_high, expected_low, is_of_two_levels, n_before, n_years, name_en, name_zh, off, printed_unit, value, value_text
