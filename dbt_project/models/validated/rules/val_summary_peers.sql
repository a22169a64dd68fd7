-- Written by expectations/compiler.py from expectations/rules/peers.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  with people as (
    select unit_code, period, max(value) as people
    from {{ ref('val_baseline') }}
    where indicator in ('resident_population', 'registered_population') and {{ only_changed('period') }}
    group by unit_code, period
  ),

  levels as (
    select units.province_code, best.indicator, best.period, ln(cast(best.value as double) / cast(people.people as double)) as change
    from {{ ref('val_baseline') }} as best
    inner join people on people.unit_code = best.unit_code and people.period = best.period
    inner join {{ source('raw', 'register_units') }} as units on units.unit_code = best.unit_code and units.level <> 'province'
    where {{ only_changed('best.period') }} and best.value > 0 and people.people > 0
  ),

  -- median and MAD of the province's cities; of all cities where the province has too few
  usual as (
    {{ common_change('levels', ['indicator', 'period'], 8) }}
  ),

  beside as (
    select
      figures.*, usual.n_peers as n_cities, usual.shift as usual, greatest(usual.unrest, 0.1) as width,
      case when figures.value > 0 and people.people > 0 then cast(figures.value as double) / cast(people.people as double) end as per_head,
      figures.level_expected - ln(nullif(cast(people.people as double), 0)) as per_head_before
    from {{ ref('val_expected') }} as figures
    left join people on people.unit_code = figures.unit_code and people.period = figures.period
    left join usual
      on usual.province_code = figures.province_code and usual.indicator = figures.indicator and usual.period = figures.period
    where {{ only_changed('figures.period') }} and figures.additive and figures.is_positive
      and figures.indicator not in ('resident_population', 'registered_population')
  )

  select beside.*, abs(ln(per_head) - usual) / width as apart, abs(per_head_before - usual) / width as apart_before
  from beside
),

judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(level is null or per_head is null, false) then 'NOT_APPLICABLE'
      when coalesce(n_cities is null or n_cities < 8, false) then 'TOO_FEW_POINTS'
      else case (apart >= 4 and (per_head_before is null or apart_before * 2 < apart)) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_pe01
  from tested
),

counted as (
  select
    period,
    count(case when outcome_pe01 in ('PASS', 'FAIL') then 1 end) as pe01_checked,
    count(case when outcome_pe01 in ('FAIL') then 1 end) as pe01_violations,
    count(case when outcome_pe01 in ('NOT_APPLICABLE') then 1 end) as pe01_not_applicable,
    count(case when outcome_pe01 in ('TOO_FEW_POINTS') then 1 end) as pe01_too_few,
    count(case when outcome_pe01 in ('NOT_RUN') then 1 end) as pe01_not_run
  from judged
  group by period
)

select 'PE01' as rule_code, cast(2 as integer) as rule_version, 'W' as severity, period,
  pe01_checked as n_checked, pe01_violations as n_violations, pe01_not_applicable as n_not_applicable, pe01_too_few as n_too_few, pe01_not_run as n_not_run
from counted
