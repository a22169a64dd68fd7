-- Written by expectations/compiler.py from expectations/rules/nil.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  with owed as (
    select provider_forms.provider_id, forms.form_id, forms.number
    from {{ source('raw', 'register_provider_form') }} as provider_forms
    inner join {{ source('raw', 'register_form') }} as forms on forms.form_id = provider_forms.form_id
  )

  select
    nil.submission_id, nil.provider_id, cast(null as {{ text }}) as unit_code, cast(null as {{ text }}) as indicator, nil.period,
    cast(null as {{ text }}) as sheet, cast(null as integer) as row_no, cast(null as integer) as col_no, cast(null as {{ text }}) as cell,
    nil.form_number, owed.form_id as owed_form
  from {{ ref('stg_nil_returns') }} as nil
  left join owed on owed.provider_id = nil.provider_id and nil.form_number in (owed.number, owed.form_id)
  where {{ only_changed('nil.period') }}
),

judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (owed_form is null) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_nl01
  from tested
),

counted as (
  select
    period,
    count(case when outcome_nl01 in ('PASS', 'FAIL') then 1 end) as nl01_checked,
    count(case when outcome_nl01 in ('FAIL') then 1 end) as nl01_violations,
    count(case when outcome_nl01 in ('NOT_APPLICABLE') then 1 end) as nl01_not_applicable,
    count(case when outcome_nl01 in ('TOO_FEW_POINTS') then 1 end) as nl01_too_few,
    count(case when outcome_nl01 in ('NOT_RUN') then 1 end) as nl01_not_run
  from judged
  group by period
)

select 'NL01' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  nl01_checked as n_checked, nl01_violations as n_violations, nl01_not_applicable as n_not_applicable, nl01_too_few as n_too_few, nl01_not_run as n_not_run
from counted
