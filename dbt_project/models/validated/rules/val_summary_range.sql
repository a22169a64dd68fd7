-- Written by expectations/compiler.py from expectations/rules/range.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  select
    figures.submission_id, figures.provider_id, figures.unit_code, figures.indicator, figures.period,
    figures.sheet, figures.row_no, figures.col_no, figures.cell,
    figures.value_text, figures.value, figures.printed_unit,
    indicators.unit as canonical_unit, indicators.name_zh, indicators.name_en,
    indicators.hard_low, indicators.hard_high, indicators.soft_low, indicators.soft_high,
    coalesce(figures.value < indicators.hard_low, false) or coalesce(figures.value > indicators.hard_high, false)
      as is_impossible,
    coalesce(figures.value < indicators.soft_low, false) or coalesce(figures.value > indicators.soft_high, false)
      as is_unusual
  from {{ ref('stg_figures') }} as figures
  left join {{ source('raw', 'register_indicators') }} as indicators on indicators.indicator = figures.indicator
  where {{ only_changed('figures.period') }}
),

judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(value is null or (hard_low is null and hard_high is null), false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (is_impossible) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rg01,
    case
      when not coalesce(value is not null, false) then null
      when coalesce(is_impossible or (soft_low is null and soft_high is null), false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (is_unusual) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rg02
  from tested
),

counted as (
  select
    period,
    count(case when outcome_rg01 in ('PASS', 'FAIL') then 1 end) as rg01_checked,
    count(case when outcome_rg01 in ('FAIL') then 1 end) as rg01_violations,
    count(case when outcome_rg01 in ('NOT_APPLICABLE') then 1 end) as rg01_not_applicable,
    count(case when outcome_rg01 in ('TOO_FEW_POINTS') then 1 end) as rg01_too_few,
    count(case when outcome_rg01 in ('NOT_RUN') then 1 end) as rg01_not_run,
    count(case when outcome_rg02 in ('PASS', 'FAIL') then 1 end) as rg02_checked,
    count(case when outcome_rg02 in ('FAIL') then 1 end) as rg02_violations,
    count(case when outcome_rg02 in ('NOT_APPLICABLE') then 1 end) as rg02_not_applicable,
    count(case when outcome_rg02 in ('TOO_FEW_POINTS') then 1 end) as rg02_too_few,
    count(case when outcome_rg02 in ('NOT_RUN') then 1 end) as rg02_not_run
  from judged
  group by period
)

select 'RG01' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rg01_checked as n_checked, rg01_violations as n_violations, rg01_not_applicable as n_not_applicable, rg01_too_few as n_too_few, rg01_not_run as n_not_run
from counted
union all
select 'RG02' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  rg02_checked as n_checked, rg02_violations as n_violations, rg02_not_applicable as n_not_applicable, rg02_too_few as n_too_few, rg02_not_run as n_not_run
from counted
