-- Written by expectations/compiler.py from expectations/rules/type.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  select
    figures.submission_id, figures.provider_id, figures.unit_code, figures.indicator, figures.period,
    figures.sheet, figures.row_no, figures.col_no, figures.cell,
    figures.value_text, figures.value_printed, figures.parse_code, figures.unit_text_code, figures.unit_text_name,
    figures.printed_unit, figures.unit_stated, figures.factor,
    indicators.unit as canonical_unit, indicators.name_zh, indicators.name_en,
    due.unit_text as expected_unit,
    expected_measure.factor as expected_factor
  from {{ ref('stg_figures') }} as figures
  left join {{ source('raw', 'register_indicators') }} as indicators on indicators.indicator = figures.indicator
  left join {{ source('raw', 'register_form_column') }} as due
    on due.form_id = figures.form_id and due.field = figures.indicator
    and figures.period >= due.period_from and figures.period <= coalesce(due.period_to, 9999)
  left join {{ source('raw', 'register_measures') }} as expected_measure
    on expected_measure.unit_text = due.unit_text and expected_measure.canonical_unit = indicators.unit
  where {{ only_changed('figures.period') }}
),

judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(parse_code = 'BLANK', false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (parse_code = 'TEXT') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ty01,
    case
      when not coalesce(parse_code <> 'BLANK', false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (parse_code = 'PLACEHOLDER') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ty02,
    case
      when not coalesce(parse_code in ('NUMBER', 'PERCENT', 'THOUSANDS', 'FULLWIDTH'), false) then null
      when coalesce(canonical_unit is null or canonical_unit = '%', false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (parse_code = 'PERCENT') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ty03,
    case
      when not coalesce(value_printed is not null, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (parse_code = 'FULLWIDTH') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ty04,
    case
      when not coalesce(value_printed is not null, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (parse_code = 'THOUSANDS') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ty05,
    case
      when not coalesce(canonical_unit = '%' and value_printed is not null, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (parse_code = 'PERCENT') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ty06,
    case
      when not coalesce(printed_unit in ('人', '个', '件', '张', '辆', '家', '户', '所') and value_printed is not null, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (value_printed <> round(value_printed, 0)) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ty07,
    case
      when not coalesce(parse_code = 'NIL', false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (length(trim(value_text)) < 6) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ty08,
    case
      when not coalesce(value_printed is not null, false) then null
      when coalesce(expected_unit is null, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (not unit_stated) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_un01,
    case
      when not coalesce(value_printed is not null and unit_stated and factor is not null, false) then null
      when coalesce(expected_factor is null, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (factor <> expected_factor) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_un02,
    case
      when not coalesce(value_printed is not null, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (factor is null) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_un03
  from tested
),

counted as (
  select
    period,
    count(case when outcome_ty01 in ('PASS', 'FAIL') then 1 end) as ty01_checked,
    count(case when outcome_ty01 in ('FAIL') then 1 end) as ty01_violations,
    count(case when outcome_ty01 in ('NOT_APPLICABLE') then 1 end) as ty01_not_applicable,
    count(case when outcome_ty01 in ('TOO_FEW_POINTS') then 1 end) as ty01_too_few,
    count(case when outcome_ty01 in ('NOT_RUN') then 1 end) as ty01_not_run,
    count(case when outcome_ty02 in ('PASS', 'FAIL') then 1 end) as ty02_checked,
    count(case when outcome_ty02 in ('FAIL') then 1 end) as ty02_violations,
    count(case when outcome_ty02 in ('NOT_APPLICABLE') then 1 end) as ty02_not_applicable,
    count(case when outcome_ty02 in ('TOO_FEW_POINTS') then 1 end) as ty02_too_few,
    count(case when outcome_ty02 in ('NOT_RUN') then 1 end) as ty02_not_run,
    count(case when outcome_ty03 in ('PASS', 'FAIL') then 1 end) as ty03_checked,
    count(case when outcome_ty03 in ('FAIL') then 1 end) as ty03_violations,
    count(case when outcome_ty03 in ('NOT_APPLICABLE') then 1 end) as ty03_not_applicable,
    count(case when outcome_ty03 in ('TOO_FEW_POINTS') then 1 end) as ty03_too_few,
    count(case when outcome_ty03 in ('NOT_RUN') then 1 end) as ty03_not_run,
    count(case when outcome_ty04 in ('PASS', 'FAIL') then 1 end) as ty04_checked,
    count(case when outcome_ty04 in ('FAIL') then 1 end) as ty04_violations,
    count(case when outcome_ty04 in ('NOT_APPLICABLE') then 1 end) as ty04_not_applicable,
    count(case when outcome_ty04 in ('TOO_FEW_POINTS') then 1 end) as ty04_too_few,
    count(case when outcome_ty04 in ('NOT_RUN') then 1 end) as ty04_not_run,
    count(case when outcome_ty05 in ('PASS', 'FAIL') then 1 end) as ty05_checked,
    count(case when outcome_ty05 in ('FAIL') then 1 end) as ty05_violations,
    count(case when outcome_ty05 in ('NOT_APPLICABLE') then 1 end) as ty05_not_applicable,
    count(case when outcome_ty05 in ('TOO_FEW_POINTS') then 1 end) as ty05_too_few,
    count(case when outcome_ty05 in ('NOT_RUN') then 1 end) as ty05_not_run,
    count(case when outcome_ty06 in ('PASS', 'FAIL') then 1 end) as ty06_checked,
    count(case when outcome_ty06 in ('FAIL') then 1 end) as ty06_violations,
    count(case when outcome_ty06 in ('NOT_APPLICABLE') then 1 end) as ty06_not_applicable,
    count(case when outcome_ty06 in ('TOO_FEW_POINTS') then 1 end) as ty06_too_few,
    count(case when outcome_ty06 in ('NOT_RUN') then 1 end) as ty06_not_run,
    count(case when outcome_ty07 in ('PASS', 'FAIL') then 1 end) as ty07_checked,
    count(case when outcome_ty07 in ('FAIL') then 1 end) as ty07_violations,
    count(case when outcome_ty07 in ('NOT_APPLICABLE') then 1 end) as ty07_not_applicable,
    count(case when outcome_ty07 in ('TOO_FEW_POINTS') then 1 end) as ty07_too_few,
    count(case when outcome_ty07 in ('NOT_RUN') then 1 end) as ty07_not_run,
    count(case when outcome_ty08 in ('PASS', 'FAIL') then 1 end) as ty08_checked,
    count(case when outcome_ty08 in ('FAIL') then 1 end) as ty08_violations,
    count(case when outcome_ty08 in ('NOT_APPLICABLE') then 1 end) as ty08_not_applicable,
    count(case when outcome_ty08 in ('TOO_FEW_POINTS') then 1 end) as ty08_too_few,
    count(case when outcome_ty08 in ('NOT_RUN') then 1 end) as ty08_not_run,
    count(case when outcome_un01 in ('PASS', 'FAIL') then 1 end) as un01_checked,
    count(case when outcome_un01 in ('FAIL') then 1 end) as un01_violations,
    count(case when outcome_un01 in ('NOT_APPLICABLE') then 1 end) as un01_not_applicable,
    count(case when outcome_un01 in ('TOO_FEW_POINTS') then 1 end) as un01_too_few,
    count(case when outcome_un01 in ('NOT_RUN') then 1 end) as un01_not_run,
    count(case when outcome_un02 in ('PASS', 'FAIL') then 1 end) as un02_checked,
    count(case when outcome_un02 in ('FAIL') then 1 end) as un02_violations,
    count(case when outcome_un02 in ('NOT_APPLICABLE') then 1 end) as un02_not_applicable,
    count(case when outcome_un02 in ('TOO_FEW_POINTS') then 1 end) as un02_too_few,
    count(case when outcome_un02 in ('NOT_RUN') then 1 end) as un02_not_run,
    count(case when outcome_un03 in ('PASS', 'FAIL') then 1 end) as un03_checked,
    count(case when outcome_un03 in ('FAIL') then 1 end) as un03_violations,
    count(case when outcome_un03 in ('NOT_APPLICABLE') then 1 end) as un03_not_applicable,
    count(case when outcome_un03 in ('TOO_FEW_POINTS') then 1 end) as un03_too_few,
    count(case when outcome_un03 in ('NOT_RUN') then 1 end) as un03_not_run
  from judged
  group by period
)

select 'TY01' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  ty01_checked as n_checked, ty01_violations as n_violations, ty01_not_applicable as n_not_applicable, ty01_too_few as n_too_few, ty01_not_run as n_not_run
from counted
union all
select 'TY02' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  ty02_checked as n_checked, ty02_violations as n_violations, ty02_not_applicable as n_not_applicable, ty02_too_few as n_too_few, ty02_not_run as n_not_run
from counted
union all
select 'TY03' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  ty03_checked as n_checked, ty03_violations as n_violations, ty03_not_applicable as n_not_applicable, ty03_too_few as n_too_few, ty03_not_run as n_not_run
from counted
union all
select 'TY04' as rule_code, cast(1 as integer) as rule_version, 'I' as severity, period,
  ty04_checked as n_checked, ty04_violations as n_violations, ty04_not_applicable as n_not_applicable, ty04_too_few as n_too_few, ty04_not_run as n_not_run
from counted
union all
select 'TY05' as rule_code, cast(1 as integer) as rule_version, 'I' as severity, period,
  ty05_checked as n_checked, ty05_violations as n_violations, ty05_not_applicable as n_not_applicable, ty05_too_few as n_too_few, ty05_not_run as n_not_run
from counted
union all
select 'TY06' as rule_code, cast(1 as integer) as rule_version, 'I' as severity, period,
  ty06_checked as n_checked, ty06_violations as n_violations, ty06_not_applicable as n_not_applicable, ty06_too_few as n_too_few, ty06_not_run as n_not_run
from counted
union all
select 'TY07' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  ty07_checked as n_checked, ty07_violations as n_violations, ty07_not_applicable as n_not_applicable, ty07_too_few as n_too_few, ty07_not_run as n_not_run
from counted
union all
select 'TY08' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  ty08_checked as n_checked, ty08_violations as n_violations, ty08_not_applicable as n_not_applicable, ty08_too_few as n_too_few, ty08_not_run as n_not_run
from counted
union all
select 'UN01' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  un01_checked as n_checked, un01_violations as n_violations, un01_not_applicable as n_not_applicable, un01_too_few as n_too_few, un01_not_run as n_not_run
from counted
union all
select 'UN02' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  un02_checked as n_checked, un02_violations as n_violations, un02_not_applicable as n_not_applicable, un02_too_few as n_too_few, un02_not_run as n_not_run
from counted
union all
select 'UN03' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  un03_checked as n_checked, un03_violations as n_violations, un03_not_applicable as n_not_applicable, un03_too_few as n_too_few, un03_not_run as n_not_run
from counted
