-- Written by expectations/compiler.py from expectations/rules/identity.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with judged as (
  select
    tested.*,
    case
      when not coalesce(indicator in ('primary_industry_share', 'secondary_industry_share', 'tertiary_industry_share'), false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(shares_total is null, false) then 'TOO_FEW_POINTS'
      else case (abs(shares_total - 100) > shares_tolerance) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_id01,
    case
      when not coalesce(indicator in ('fiscal_expenditure', 'education_expenditure', 'science_expenditure'), false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(fiscal_expenditure is null or education_expenditure is null or science_expenditure is null, false) then 'TOO_FEW_POINTS'
      else case (education_expenditure + science_expenditure > fiscal_expenditure + spending_tolerance) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_id02
  from {{ ref('val_tested_identity') }} as tested
  where {{ only_changed('tested.period') }}
),

marked as (
  select judged.*, coalesce(outcome_id01 = 'FAIL' or outcome_id02 = 'FAIL', false) as is_failing from judged
),

kept as (
  select
    period, outcome_id01, outcome_id02, is_failing,
    case when is_failing then submission_id end as submission_id,
    case when is_failing then provider_id end as provider_id,
    case when is_failing then unit_code end as unit_code,
    case when is_failing then indicator end as indicator,
    case when is_failing then sheet end as sheet,
    case when is_failing then row_no end as row_no,
    case when is_failing then col_no end as col_no,
    case when is_failing then cell end as cell,
    case when is_failing then education_expenditure end as education_expenditure,
    case when is_failing then fiscal_expenditure end as fiscal_expenditure,
    case when is_failing then primary_industry_share end as primary_industry_share,
    case when is_failing then science_expenditure end as science_expenditure,
    case when is_failing then secondary_industry_share end as secondary_industry_share,
    case when is_failing then shares_tolerance end as shares_tolerance,
    case when is_failing then shares_total end as shares_total,
    case when is_failing then tertiary_industry_share end as tertiary_industry_share
  from marked
)

select period, outcome_id01, outcome_id02, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, education_expenditure, fiscal_expenditure, primary_industry_share, science_expenditure, secondary_industry_share, shares_tolerance, shares_total, tertiary_industry_share, count(*) as n_alike
from kept
group by period, outcome_id01, outcome_id02, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, education_expenditure, fiscal_expenditure, primary_industry_share, science_expenditure, secondary_industry_share, shares_tolerance, shares_total, tertiary_industry_share
