-- Written by expectations/compiler.py from expectations/rules/hands.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (twin_provider is not null) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_sb01,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(n_long < 8, false) then 'TOO_FEW_POINTS'
      else case (n_common >= 8 and n_common * 100 >= 30 * n_long) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_sb02,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(n_ends < 100, false) then 'TOO_FEW_POINTS'
      else case (5 * n_fives - n_ends > 3 * 2 * sqrt(n_ends)) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_hp01
  from {{ ref('val_tested_hands') }} as tested
  where {{ only_changed('tested.period') }}
),

marked as (
  select judged.*, coalesce(outcome_sb01 = 'FAIL' or outcome_sb02 = 'FAIL' or outcome_hp01 = 'FAIL', false) as is_failing from judged
),

kept as (
  select
    period, outcome_sb01, outcome_sb02, outcome_hp01, is_failing,
    case when is_failing then submission_id end as submission_id,
    case when is_failing then provider_id end as provider_id,
    case when is_failing then unit_code end as unit_code,
    case when is_failing then indicator end as indicator,
    case when is_failing then sheet end as sheet,
    case when is_failing then row_no end as row_no,
    case when is_failing then col_no end as col_no,
    case when is_failing then cell end as cell,
    case when is_failing then file_name end as file_name,
    case when is_failing then n_common end as n_common,
    case when is_failing then n_ends end as n_ends,
    case when is_failing then n_fives end as n_fives,
    case when is_failing then n_long end as n_long,
    case when is_failing then twin_period end as twin_period,
    case when is_failing then twin_provider end as twin_provider
  from marked
)

select period, outcome_sb01, outcome_sb02, outcome_hp01, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, file_name, n_common, n_ends, n_fives, n_long, twin_period, twin_provider, count(*) as n_alike
from kept
group by period, outcome_sb01, outcome_sb02, outcome_hp01, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, file_name, n_common, n_ends, n_fives, n_long, twin_period, twin_provider
