-- Written by expectations/compiler.py from expectations/rules/silence.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  with last_year as (
    select unit_code, indicator, period, value from {{ ref('val_baseline') }} where {{ only_changed('period', [-1]) }}
  ),

  changes as (
    select
      units.province_code, this_year.indicator, this_year.period, count(*) as n_peers,
      sum(case when (indicators.direction = '+' and this_year.value < last_year.value) or (indicators.direction = '-' and this_year.value > last_year.value) then 1 else 0 end) as n_worse
    from {{ ref('val_baseline') }} as this_year
    inner join last_year
      on last_year.unit_code = this_year.unit_code and last_year.indicator = this_year.indicator and last_year.period = this_year.period - 1
    inner join {{ source('raw', 'register_units') }} as units on units.unit_code = this_year.unit_code
    inner join {{ source('raw', 'register_indicators') }} as indicators on indicators.indicator = this_year.indicator
    where {{ only_changed('this_year.period') }}
    group by units.province_code, this_year.indicator, this_year.period
  )

  select
    figures.submission_id, figures.provider_id, figures.unit_code, figures.indicator, figures.period,
    figures.sheet, figures.row_no, figures.col_no, figures.cell, figures.value_text,
    indicators.name_zh, indicators.name_en, indicators.unit as canonical_unit, indicators.direction,
    last_year.value as last_value, changes.n_peers, changes.n_worse
  from {{ ref('stg_figures') }} as figures
  inner join {{ source('raw', 'register_units') }} as units on units.unit_code = figures.unit_code
  left join {{ source('raw', 'register_indicators') }} as indicators on indicators.indicator = figures.indicator
  left join last_year
    on last_year.unit_code = figures.unit_code and last_year.indicator = figures.indicator and last_year.period = figures.period - 1
  left join changes
    on changes.province_code = units.province_code and changes.indicator = figures.indicator and changes.period = figures.period
  where {{ only_changed('figures.period') }} and figures.value is null and figures.parse_code in ('BLANK', 'PLACEHOLDER')
),

judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(coalesce(direction, '0') not in ('+', '-') or last_value is null, false) then 'NOT_APPLICABLE'
      when coalesce(n_peers is null or n_peers < 8, false) then 'TOO_FEW_POINTS'
      else case (n_worse * 3 >= 2 * n_peers) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_si01
  from tested
),

counted as (
  select
    period,
    count(case when outcome_si01 in ('PASS', 'FAIL') then 1 end) as si01_checked,
    count(case when outcome_si01 in ('FAIL') then 1 end) as si01_violations,
    count(case when outcome_si01 in ('NOT_APPLICABLE') then 1 end) as si01_not_applicable,
    count(case when outcome_si01 in ('TOO_FEW_POINTS') then 1 end) as si01_too_few,
    count(case when outcome_si01 in ('NOT_RUN') then 1 end) as si01_not_run
  from judged
  group by period
)

select 'SI01' as rule_code, cast(1 as integer) as rule_version, 'I' as severity, period,
  si01_checked as n_checked, si01_violations as n_violations, si01_not_applicable as n_not_applicable, si01_too_few as n_too_few, si01_not_run as n_not_run
from counted
