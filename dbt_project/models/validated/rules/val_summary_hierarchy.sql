-- Written by expectations/compiler.py from expectations/rules/hierarchy.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  with cities as (
    select units.province_code, best.indicator, best.period, count(*) as n_cities, sum(best.value) as total, sum(best.tick) as rounding
    from {{ ref('val_baseline') }} as best
    inner join {{ source('raw', 'register_units') }} as units on units.unit_code = best.unit_code and units.level = 'prefecture'
    where {{ only_changed('best.period') }}
    group by units.province_code, best.indicator, best.period
  ),

  registered as (
    select province_code, count(*) as n_owed from {{ source('raw', 'register_units') }} where level = 'prefecture' group by province_code
  )

  select
    figures.submission_id, figures.provider_id, figures.unit_code, figures.indicator, figures.period,
    figures.sheet, figures.row_no, figures.col_no, figures.cell, figures.value_text, figures.value, figures.printed_unit, figures.tick,
    indicators.name_zh, indicators.name_en, indicators.unit as canonical_unit,
    registered.n_owed, coalesce(cities.n_cities, 0) as n_cities, cities.total, cities.rounding
  from {{ ref('stg_figures') }} as figures
  inner join {{ source('raw', 'register_units') }} as units on units.unit_code = figures.unit_code and units.level = 'province'
  inner join {{ source('raw', 'register_indicators') }} as indicators on indicators.indicator = figures.indicator and indicators.additive
  left join registered on registered.province_code = units.province_code
  left join cities on cities.province_code = units.province_code and cities.indicator = figures.indicator and cities.period = figures.period
  where {{ only_changed('figures.period') }} and figures.value is not null
),

judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(n_owed is null or n_cities < n_owed, false) then 'TOO_FEW_POINTS'
      else case (abs(total - value) * 2 > rounding + tick and abs(total - value) * 100 > 0.5 * abs(value)) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_hc01
  from tested
),

counted as (
  select
    period,
    count(case when outcome_hc01 in ('PASS', 'FAIL') then 1 end) as hc01_checked,
    count(case when outcome_hc01 in ('FAIL') then 1 end) as hc01_violations,
    count(case when outcome_hc01 in ('NOT_APPLICABLE') then 1 end) as hc01_not_applicable,
    count(case when outcome_hc01 in ('TOO_FEW_POINTS') then 1 end) as hc01_too_few,
    count(case when outcome_hc01 in ('NOT_RUN') then 1 end) as hc01_not_run
  from judged
  group by period
)

select 'HC01' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  hc01_checked as n_checked, hc01_violations as n_violations, hc01_not_applicable as n_not_applicable, hc01_too_few as n_too_few, hc01_not_run as n_not_run
from counted
