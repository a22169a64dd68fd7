-- Written by expectations/compiler.py from expectations/rules/form.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  with rows_of_unit as (
    select submission_id, sheet, unit_code, count(distinct row_no) as n_rows, min(row_no) as first_row, max(row_no) as last_row
    from {{ ref('stg_figures') }}
    where {{ only_changed('period') }} and unit_code is not null
    group by submission_id, sheet, unit_code
  ),

  owned as (
    select provider_forms.provider_id, form_columns.field
    from {{ source('raw', 'register_provider_form') }} as provider_forms
    inner join {{ source('raw', 'register_form_column') }} as form_columns on form_columns.form_id = provider_forms.form_id
    group by provider_forms.provider_id, form_columns.field
  )

  select
    'figure' as grain,
    figures.submission_id, figures.provider_id, figures.unit_code, figures.indicator, figures.period,
    figures.sheet, figures.row_no, figures.col_no, figures.cell,
    figures.form_id, figures.value_text, figures.unit_text_code, figures.unit_text_name,
    units.name_zh as unit_name, units.province_code as unit_province,
    named.unit_code as named_unit,
    providers.name_zh as provider_name, providers.province_code as provider_province,
    indicators.name_zh as indicator_zh, indicators.name_en as indicator_en,
    owned.field as owned_field,
    due.field as due_field,
    rows_of_unit.n_rows, rows_of_unit.first_row, rows_of_unit.last_row,
    cast(null as {{ text }}) as declared_provider,
    cast(null as {{ text }}) as form_title,
    cast(null as {{ text }}) as owed_form,
    cast(null as {{ text }}) as read_status
  from {{ ref('stg_figures') }} as figures
  left join {{ source('raw', 'register_units') }} as units on units.unit_code = figures.unit_code
  left join {{ source('raw', 'register_unit_aliases') }} as named on named.alias = figures.unit_text_name
  left join {{ source('raw', 'register_provider') }} as providers on providers.provider_id = figures.provider_id
  left join {{ source('raw', 'register_indicators') }} as indicators on indicators.indicator = figures.indicator
  left join owned on owned.provider_id = figures.provider_id and owned.field = figures.indicator
  left join {{ source('raw', 'register_form_column') }} as due
    on due.form_id = figures.form_id and due.field = figures.indicator
    and figures.period >= due.period_from and figures.period <= coalesce(due.period_to, 9999)
  left join rows_of_unit
    on rows_of_unit.submission_id = figures.submission_id and rows_of_unit.sheet = figures.sheet
    and rows_of_unit.unit_code = figures.unit_code
  where {{ only_changed('figures.period') }} and figures.parse_code <> 'BLANK'

  union all

  select
    'return' as grain,
    returns.submission_id, returns.provider_id, null, null, coalesce(returns.period, 0),
    null, null, null, null,
    returns.form_id, null, null, null, null, null, null,
    providers.name_zh, providers.province_code,
    null, null, null, null, null, null, null,
    returns.declared_provider,
    forms.title_zh,
    provider_forms.form_id,
    returns.read_status
  from {{ source('raw', 'submission') }} as returns
  left join {{ source('raw', 'register_provider') }} as providers on providers.provider_id = returns.provider_id
  left join {{ source('raw', 'register_form') }} as forms on forms.form_id = returns.form_id
  left join {{ source('raw', 'register_provider_form') }} as provider_forms
    on provider_forms.provider_id = returns.provider_id and provider_forms.form_id = returns.form_id
  where {{ only_changed('coalesce(returns.period, 0)') }}
),

judged as (
  select
    tested.*,
    case
      when not coalesce(grain = 'figure', false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (unit_code is null) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_fm01,
    case
      when not coalesce(grain = 'figure' and unit_code is not null, false) then null
      when coalesce(named_unit is null, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (unit_code <> named_unit) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_fm02,
    case
      when not coalesce(grain = 'figure' and unit_code is not null, false) then null
      when coalesce(provider_province is null, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (unit_province <> provider_province) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_fm03,
    case
      when not coalesce(grain = 'figure', false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (owned_field is null) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_fm04,
    case
      when not coalesce(grain = 'return', false) then null
      when coalesce(read_status <> 'read' or form_id is null, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (owed_form is null) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_fm05,
    case
      when not coalesce(grain = 'figure', false) then null
      when coalesce(owned_field is null, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (due_field is null) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_fm06,
    case
      when not coalesce(grain = 'return', false) then null
      when coalesce(read_status <> 'read' or declared_provider is null or provider_name is null, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (declared_provider not like provider_id || '%' and declared_provider not like '%' || provider_name || '%') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_fm07,
    case
      when not coalesce(grain = 'figure' and unit_code is not null, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (n_rows > 1) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_fm08
  from tested
),

counted as (
  select
    period,
    count(case when outcome_fm01 in ('PASS', 'FAIL') then 1 end) as fm01_checked,
    count(case when outcome_fm01 in ('FAIL') then 1 end) as fm01_violations,
    count(case when outcome_fm01 in ('NOT_APPLICABLE') then 1 end) as fm01_not_applicable,
    count(case when outcome_fm01 in ('TOO_FEW_POINTS') then 1 end) as fm01_too_few,
    count(case when outcome_fm01 in ('NOT_RUN') then 1 end) as fm01_not_run,
    count(case when outcome_fm02 in ('PASS', 'FAIL') then 1 end) as fm02_checked,
    count(case when outcome_fm02 in ('FAIL') then 1 end) as fm02_violations,
    count(case when outcome_fm02 in ('NOT_APPLICABLE') then 1 end) as fm02_not_applicable,
    count(case when outcome_fm02 in ('TOO_FEW_POINTS') then 1 end) as fm02_too_few,
    count(case when outcome_fm02 in ('NOT_RUN') then 1 end) as fm02_not_run,
    count(case when outcome_fm03 in ('PASS', 'FAIL') then 1 end) as fm03_checked,
    count(case when outcome_fm03 in ('FAIL') then 1 end) as fm03_violations,
    count(case when outcome_fm03 in ('NOT_APPLICABLE') then 1 end) as fm03_not_applicable,
    count(case when outcome_fm03 in ('TOO_FEW_POINTS') then 1 end) as fm03_too_few,
    count(case when outcome_fm03 in ('NOT_RUN') then 1 end) as fm03_not_run,
    count(case when outcome_fm04 in ('PASS', 'FAIL') then 1 end) as fm04_checked,
    count(case when outcome_fm04 in ('FAIL') then 1 end) as fm04_violations,
    count(case when outcome_fm04 in ('NOT_APPLICABLE') then 1 end) as fm04_not_applicable,
    count(case when outcome_fm04 in ('TOO_FEW_POINTS') then 1 end) as fm04_too_few,
    count(case when outcome_fm04 in ('NOT_RUN') then 1 end) as fm04_not_run,
    count(case when outcome_fm05 in ('PASS', 'FAIL') then 1 end) as fm05_checked,
    count(case when outcome_fm05 in ('FAIL') then 1 end) as fm05_violations,
    count(case when outcome_fm05 in ('NOT_APPLICABLE') then 1 end) as fm05_not_applicable,
    count(case when outcome_fm05 in ('TOO_FEW_POINTS') then 1 end) as fm05_too_few,
    count(case when outcome_fm05 in ('NOT_RUN') then 1 end) as fm05_not_run,
    count(case when outcome_fm06 in ('PASS', 'FAIL') then 1 end) as fm06_checked,
    count(case when outcome_fm06 in ('FAIL') then 1 end) as fm06_violations,
    count(case when outcome_fm06 in ('NOT_APPLICABLE') then 1 end) as fm06_not_applicable,
    count(case when outcome_fm06 in ('TOO_FEW_POINTS') then 1 end) as fm06_too_few,
    count(case when outcome_fm06 in ('NOT_RUN') then 1 end) as fm06_not_run,
    count(case when outcome_fm07 in ('PASS', 'FAIL') then 1 end) as fm07_checked,
    count(case when outcome_fm07 in ('FAIL') then 1 end) as fm07_violations,
    count(case when outcome_fm07 in ('NOT_APPLICABLE') then 1 end) as fm07_not_applicable,
    count(case when outcome_fm07 in ('TOO_FEW_POINTS') then 1 end) as fm07_too_few,
    count(case when outcome_fm07 in ('NOT_RUN') then 1 end) as fm07_not_run,
    count(case when outcome_fm08 in ('PASS', 'FAIL') then 1 end) as fm08_checked,
    count(case when outcome_fm08 in ('FAIL') then 1 end) as fm08_violations,
    count(case when outcome_fm08 in ('NOT_APPLICABLE') then 1 end) as fm08_not_applicable,
    count(case when outcome_fm08 in ('TOO_FEW_POINTS') then 1 end) as fm08_too_few,
    count(case when outcome_fm08 in ('NOT_RUN') then 1 end) as fm08_not_run
  from judged
  group by period
)

select 'FM01' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  fm01_checked as n_checked, fm01_violations as n_violations, fm01_not_applicable as n_not_applicable, fm01_too_few as n_too_few, fm01_not_run as n_not_run
from counted
union all
select 'FM02' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  fm02_checked as n_checked, fm02_violations as n_violations, fm02_not_applicable as n_not_applicable, fm02_too_few as n_too_few, fm02_not_run as n_not_run
from counted
union all
select 'FM03' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  fm03_checked as n_checked, fm03_violations as n_violations, fm03_not_applicable as n_not_applicable, fm03_too_few as n_too_few, fm03_not_run as n_not_run
from counted
union all
select 'FM04' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  fm04_checked as n_checked, fm04_violations as n_violations, fm04_not_applicable as n_not_applicable, fm04_too_few as n_too_few, fm04_not_run as n_not_run
from counted
union all
select 'FM05' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  fm05_checked as n_checked, fm05_violations as n_violations, fm05_not_applicable as n_not_applicable, fm05_too_few as n_too_few, fm05_not_run as n_not_run
from counted
union all
select 'FM06' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  fm06_checked as n_checked, fm06_violations as n_violations, fm06_not_applicable as n_not_applicable, fm06_too_few as n_too_few, fm06_not_run as n_not_run
from counted
union all
select 'FM07' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  fm07_checked as n_checked, fm07_violations as n_violations, fm07_not_applicable as n_not_applicable, fm07_too_few as n_too_few, fm07_not_run as n_not_run
from counted
union all
select 'FM08' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  fm08_checked as n_checked, fm08_violations as n_violations, fm08_not_applicable as n_not_applicable, fm08_too_few as n_too_few, fm08_not_run as n_not_run
from counted
