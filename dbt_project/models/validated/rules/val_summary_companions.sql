-- Written by expectations/compiler.py from expectations/rules/companions.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  -- one companion each: with several, the first by name
  with pairs as (
    select mine, min(other) as other from (select 'hospital_beds' as mine, 'doctors' as other union all select 'doctors' as mine, 'hospital_beds' as other union all select 'primary_students' as mine, 'primary_teachers' as other union all select 'primary_teachers' as mine, 'primary_students' as other union all select 'pension_insured' as mine, 'medical_insured' as other union all select 'medical_insured' as mine, 'pension_insured' as other union all select 'fiscal_expenditure' as mine, 'education_expenditure' as other union all select 'education_expenditure' as mine, 'fiscal_expenditure' as other union all select 'fiscal_revenue' as mine, 'fiscal_expenditure' as other union all select 'science_expenditure' as mine, 'fiscal_expenditure' as other union all select 'gdp' as mine, 'gdp_per_capita' as other union all select 'gdp_per_capita' as mine, 'gdp' as other union all select 'retail_sales' as mine, 'gdp' as other union all select 'industrial_so2' as mine, 'industrial_nox' as other union all select 'industrial_nox' as mine, 'industrial_so2' as other union all select 'industrial_dust' as mine, 'industrial_nox' as other union all select 'average_wage' as mine, 'gdp_per_capita' as other union all select 'secondary_industry_share' as mine, 'tertiary_industry_share' as other union all select 'registered_population' as mine, 'primary_students' as other union all select 'resident_population' as mine, 'medical_insured' as other) as declared group by mine
  ),

  best as (
    select
      known.unit_code, known.period, known.indicator, known.name_zh, known.name_en, known.value,
      known.level, known.level_expected, known.off, known.spread, known.n_years
    from {{ ref('val_expected') }} as known
    inner join {{ ref('val_baseline') }} as best
      on best.unit_code = known.unit_code and best.indicator = known.indicator and best.period = known.period
      and best.submission_id = known.submission_id and best.sheet = known.sheet and best.cell = known.cell
    where {{ only_changed('known.period') }} and {{ only_changed('best.period') }} and known.off is not null
      and known.indicator in (select pairs.other from pairs)
  ),

  beside as (
    select
      figures.*, best.name_zh as other_zh, best.name_en as other_en, best.value as other_value, best.off as other_off, best.spread as other_spread,
      (figures.level - figures.level_expected) - (best.level - best.level_expected) as parted,
      least(best.n_years, figures.n_years) as n_both
    from {{ ref('val_expected') }} as figures
    inner join pairs on pairs.mine = figures.indicator
    left join best
      on best.unit_code = figures.unit_code and best.period = figures.period and best.indicator = pairs.other
    where {{ only_changed('figures.period') }}
  )

  select
    beside.*,
    abs(parted) / sqrt(spread * spread + other_spread * other_spread) / (case when is_between then 1 else 2 end) as apart,
    {{ from_log_scale('(level - parted)') }} as implied
  from beside
),

judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(level is null, false) then 'NOT_APPLICABLE'
      when coalesce(off is null or other_off is null or n_both < 2, false) then 'TOO_FEW_POINTS'
      else case (apart >= 3.5 and off >= 2 and off >= other_off) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rt01
  from tested
),

counted as (
  select
    period,
    count(case when outcome_rt01 in ('PASS', 'FAIL') then 1 end) as rt01_checked,
    count(case when outcome_rt01 in ('FAIL') then 1 end) as rt01_violations,
    count(case when outcome_rt01 in ('NOT_APPLICABLE') then 1 end) as rt01_not_applicable,
    count(case when outcome_rt01 in ('TOO_FEW_POINTS') then 1 end) as rt01_too_few,
    count(case when outcome_rt01 in ('NOT_RUN') then 1 end) as rt01_not_run
  from judged
  group by period
)

select 'RT01' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  rt01_checked as n_checked, rt01_violations as n_violations, rt01_not_applicable as n_not_applicable, rt01_too_few as n_too_few, rt01_not_run as n_not_run
from counted
