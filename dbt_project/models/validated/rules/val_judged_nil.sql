-- Written by expectations/compiler.py from expectations/rules/nil.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (owed_form is null) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_nl01
  from {{ ref('val_tested_nil') }} as tested
  where {{ only_changed('tested.period') }}
),

marked as (
  select judged.*, coalesce(outcome_nl01 = 'FAIL', false) as is_failing from judged
),

kept as (
  select
    period, outcome_nl01, is_failing,
    case when is_failing then submission_id end as submission_id,
    case when is_failing then provider_id end as provider_id,
    case when is_failing then unit_code end as unit_code,
    case when is_failing then indicator end as indicator,
    case when is_failing then sheet end as sheet,
    case when is_failing then row_no end as row_no,
    case when is_failing then col_no end as col_no,
    case when is_failing then cell end as cell,
    case when is_failing then form_number end as form_number
  from marked
)

select period, outcome_nl01, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, form_number, count(*) as n_alike
from kept
group by period, outcome_nl01, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, form_number
