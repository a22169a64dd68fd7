-- Written by expectations/compiler.py from expectations/rules/visits.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  with records as (
    select visits.*, providers.name_zh as provider_zh
    from {{ ref('val_visits') }} as visits
    left join {{ source('raw', 'register_provider') }} as providers on providers.provider_id = visits.provider_id
    where {{ only_changed('visits.period') }}
  )

  select
    'visit' as grain,
    submission_id, provider_id, cast(null as {{ text }}) as unit_code, cast(null as {{ text }}) as indicator, period, sheet, row_no, col_no, cell,
    provider_zh, unit_code as unit_text, indicator as indicator_text, unit_zh, indicator_zh, indicator_en,
    result, document, told_text, unit_text as told_unit, true_value, reported_value,
    is_known, is_own, has_right, has_value,
    cast(null as {{ text }}) as value_text, cast(null as {{ text }}) as printed_unit,
    cast(null as decimal(28, 8)) as value, cast(null as decimal(28, 8)) as tick
  from records

  union all

  select
    'figure' as grain,
    figures.submission_id, figures.provider_id, figures.unit_code, figures.indicator, figures.period, figures.sheet, figures.row_no, figures.col_no, figures.cell,
    records.provider_zh, figures.unit_code, figures.indicator, records.unit_zh, records.indicator_zh, records.indicator_en,
    records.result, records.document, coalesce(records.told_text, '无'), records.unit_text, records.true_value, records.reported_value,
    records.is_known, records.is_own, records.has_right, records.has_value,
    figures.value_text, figures.printed_unit, figures.value, figures.tick
  from {{ ref('stg_figures') }} as figures
  inner join records
    on records.unit_code = figures.unit_code and records.indicator = figures.indicator and records.period = figures.period
    and records.is_in_force
  where {{ only_changed('figures.period') }} and figures.value is not null
),

judged as (
  select
    tested.*,
    case
      when not coalesce(grain = 'visit', false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (is_own) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_vi01,
    case
      when not coalesce(grain = 'visit', false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (not is_known) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_vi02,
    case
      when not coalesce(grain = 'visit', false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (not has_right) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_vi03,
    case
      when not coalesce(grain = 'visit', false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (not has_value) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_vi04,
    case
      when not coalesce(grain = 'figure', false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (result = '不实' and (case when true_value is null then value = reported_value else abs(value - true_value) > tick / 2 end)) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_vi05
  from tested
),

counted as (
  select
    period,
    count(case when outcome_vi01 in ('PASS', 'FAIL') then 1 end) as vi01_checked,
    count(case when outcome_vi01 in ('FAIL') then 1 end) as vi01_violations,
    count(case when outcome_vi01 in ('NOT_APPLICABLE') then 1 end) as vi01_not_applicable,
    count(case when outcome_vi01 in ('TOO_FEW_POINTS') then 1 end) as vi01_too_few,
    count(case when outcome_vi01 in ('NOT_RUN') then 1 end) as vi01_not_run,
    count(case when outcome_vi02 in ('PASS', 'FAIL') then 1 end) as vi02_checked,
    count(case when outcome_vi02 in ('FAIL') then 1 end) as vi02_violations,
    count(case when outcome_vi02 in ('NOT_APPLICABLE') then 1 end) as vi02_not_applicable,
    count(case when outcome_vi02 in ('TOO_FEW_POINTS') then 1 end) as vi02_too_few,
    count(case when outcome_vi02 in ('NOT_RUN') then 1 end) as vi02_not_run,
    count(case when outcome_vi03 in ('PASS', 'FAIL') then 1 end) as vi03_checked,
    count(case when outcome_vi03 in ('FAIL') then 1 end) as vi03_violations,
    count(case when outcome_vi03 in ('NOT_APPLICABLE') then 1 end) as vi03_not_applicable,
    count(case when outcome_vi03 in ('TOO_FEW_POINTS') then 1 end) as vi03_too_few,
    count(case when outcome_vi03 in ('NOT_RUN') then 1 end) as vi03_not_run,
    count(case when outcome_vi04 in ('PASS', 'FAIL') then 1 end) as vi04_checked,
    count(case when outcome_vi04 in ('FAIL') then 1 end) as vi04_violations,
    count(case when outcome_vi04 in ('NOT_APPLICABLE') then 1 end) as vi04_not_applicable,
    count(case when outcome_vi04 in ('TOO_FEW_POINTS') then 1 end) as vi04_too_few,
    count(case when outcome_vi04 in ('NOT_RUN') then 1 end) as vi04_not_run,
    count(case when outcome_vi05 in ('PASS', 'FAIL') then 1 end) as vi05_checked,
    count(case when outcome_vi05 in ('FAIL') then 1 end) as vi05_violations,
    count(case when outcome_vi05 in ('NOT_APPLICABLE') then 1 end) as vi05_not_applicable,
    count(case when outcome_vi05 in ('TOO_FEW_POINTS') then 1 end) as vi05_too_few,
    count(case when outcome_vi05 in ('NOT_RUN') then 1 end) as vi05_not_run
  from judged
  group by period
)

select 'VI01' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  vi01_checked as n_checked, vi01_violations as n_violations, vi01_not_applicable as n_not_applicable, vi01_too_few as n_too_few, vi01_not_run as n_not_run
from counted
union all
select 'VI02' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  vi02_checked as n_checked, vi02_violations as n_violations, vi02_not_applicable as n_not_applicable, vi02_too_few as n_too_few, vi02_not_run as n_not_run
from counted
union all
select 'VI03' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  vi03_checked as n_checked, vi03_violations as n_violations, vi03_not_applicable as n_not_applicable, vi03_too_few as n_too_few, vi03_not_run as n_not_run
from counted
union all
select 'VI04' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  vi04_checked as n_checked, vi04_violations as n_violations, vi04_not_applicable as n_not_applicable, vi04_too_few as n_too_few, vi04_not_run as n_not_run
from counted
union all
select 'VI05' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  vi05_checked as n_checked, vi05_violations as n_violations, vi05_not_applicable as n_not_applicable, vi05_too_few as n_too_few, vi05_not_run as n_not_run
from counted
