-- Written by expectations/compiler.py from expectations/rules/cross.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  with scales as (
    select indicators.indicator, scales.to_base, indicators.hard_low, indicators.hard_high
    from {{ source('raw', 'register_indicators') }} as indicators
    inner join (select '亿元' as unit, 100000000 as to_base union all select '万元' as unit, 10000 as to_base union all select '元' as unit, 1 as to_base union all select '万人' as unit, 10000 as to_base union all select '人' as unit, 1 as to_base union all select '张' as unit, 1 as to_base union all select '%' as unit, 1 as to_base) as scales on scales.unit = indicators.unit
  ),

  own as (
    select
      figures.submission_id, figures.unit_code, figures.period
      {%- for name in ('gdp', 'gdp_per_capita', 'gdp_growth_rate', 'resident_population', 'fiscal_revenue', 'fiscal_expenditure', 'education_expenditure', 'science_expenditure', 'retail_sales', 'average_wage', 'wage_bill', 'on_post_staff_avg', 'pension_insured', 'medical_insured', 'primary_students', 'primary_teachers', 'hospital_beds', 'doctors') %},
      max(case when figures.indicator = '{{ name }}' then cast(figures.value as double) * scales.to_base end) as {{ name }},
      max(case when figures.indicator = '{{ name }}' then cast(figures.tick as double) * scales.to_base end) as {{ name }}_tick
      {%- endfor %}
    from {{ ref('stg_figures') }} as figures
    inner join scales on scales.indicator = figures.indicator
    where {{ only_changed('figures.period') }}
      and figures.unit_code is not null and figures.value is not null and figures.indicator in ('gdp', 'gdp_per_capita', 'gdp_growth_rate', 'resident_population', 'fiscal_revenue', 'fiscal_expenditure', 'education_expenditure', 'science_expenditure', 'retail_sales', 'average_wage', 'wage_bill', 'on_post_staff_avg', 'pension_insured', 'medical_insured', 'primary_students', 'primary_teachers', 'hospital_beds', 'doctors')
      -- a value that is impossible by itself (RG01) accuses no other figure
      and (scales.hard_low is null or figures.value >= scales.hard_low)
      and (scales.hard_high is null or figures.value <= scales.hard_high)
    group by figures.submission_id, figures.unit_code, figures.period
  ),

  known as (
    select
      best.unit_code, best.period
      {%- for name in ('gdp', 'gdp_per_capita', 'gdp_growth_rate', 'resident_population', 'fiscal_revenue', 'fiscal_expenditure', 'education_expenditure', 'science_expenditure', 'retail_sales', 'average_wage', 'wage_bill', 'on_post_staff_avg', 'pension_insured', 'medical_insured', 'primary_students', 'primary_teachers', 'hospital_beds', 'doctors') %},
      max(case when best.indicator = '{{ name }}' then cast(best.value as double) * scales.to_base end) as {{ name }},
      max(case when best.indicator = '{{ name }}' then cast(best.tick as double) * scales.to_base end) as {{ name }}_tick
      {%- endfor %}
    from {{ ref('val_baseline') }} as best
    inner join scales on scales.indicator = best.indicator
    where {{ only_changed('best.period', [-1, 0]) }}
      and best.indicator in ('gdp', 'gdp_per_capita', 'gdp_growth_rate', 'resident_population', 'fiscal_revenue', 'fiscal_expenditure', 'education_expenditure', 'science_expenditure', 'retail_sales', 'average_wage', 'wage_bill', 'on_post_staff_avg', 'pension_insured', 'medical_insured', 'primary_students', 'primary_teachers', 'hospital_beds', 'doctors')
    group by best.unit_code, best.period
  ),

  gdp_breaks as (
    select valid_from as period, count(*) as n
    from {{ source('raw', 'register_calibers') }}
    where indicator = 'gdp' and not comparable_with_previous
    group by valid_from
  ),

  together as (
    select
      own.submission_id, own.unit_code, own.period,
      own.fiscal_expenditure is not null and own.education_expenditure is not null
        and own.science_expenditure is not null as spending_in_one_return,
      last_year.gdp as last_gdp,
      gdp_breaks.n is not null as is_gdp_break
      {%- for name in ('gdp', 'gdp_per_capita', 'gdp_growth_rate', 'resident_population', 'fiscal_revenue', 'fiscal_expenditure', 'education_expenditure', 'science_expenditure', 'retail_sales', 'average_wage', 'wage_bill', 'on_post_staff_avg', 'pension_insured', 'medical_insured', 'primary_students', 'primary_teachers', 'hospital_beds', 'doctors') %},
      coalesce(own.{{ name }}, known.{{ name }}) as {{ name }},
      coalesce(own.{{ name }}_tick, known.{{ name }}_tick) as {{ name }}_tick
      {%- endfor %}
    from own
    left join known on known.unit_code = own.unit_code and known.period = own.period
    left join known as last_year on last_year.unit_code = own.unit_code and last_year.period = own.period - 1
    left join gdp_breaks on gdp_breaks.period = own.period
  )

  select
    figures.submission_id, figures.provider_id, figures.unit_code, figures.indicator, figures.period,
    figures.sheet, figures.row_no, figures.col_no, figures.cell,
    figures.value_text, figures.printed_unit,
    indicators.name_zh, indicators.name_en,
    scales.to_base,
    case figures.indicator
      when 'pension_insured' then together.pension_insured
      when 'medical_insured' then together.medical_insured
    end as insured,
    {%- for name in ('gdp', 'gdp_per_capita', 'gdp_growth_rate', 'resident_population', 'fiscal_revenue', 'fiscal_expenditure', 'education_expenditure', 'science_expenditure', 'retail_sales', 'average_wage', 'wage_bill', 'on_post_staff_avg', 'pension_insured', 'medical_insured', 'primary_students', 'primary_teachers', 'hospital_beds', 'doctors') %}
    together.{{ name }},
    together.{{ name }}_tick,
    {%- endfor %}
    together.spending_in_one_return, together.last_gdp, together.is_gdp_break
  from {{ ref('stg_figures') }} as figures
  inner join together
    on together.submission_id = figures.submission_id and together.unit_code = figures.unit_code
    and together.period = figures.period
  left join {{ source('raw', 'register_indicators') }} as indicators on indicators.indicator = figures.indicator
  left join scales on scales.indicator = figures.indicator
  where {{ only_changed('figures.period') }} and figures.value is not null and figures.indicator in ('gdp', 'gdp_per_capita', 'gdp_growth_rate', 'resident_population', 'fiscal_revenue', 'fiscal_expenditure', 'education_expenditure', 'science_expenditure', 'retail_sales', 'average_wage', 'wage_bill', 'on_post_staff_avg', 'pension_insured', 'medical_insured', 'primary_students', 'primary_teachers', 'hospital_beds', 'doctors')
),

judged as (
  select
    tested.*,
    case
      when not coalesce(indicator in ('gdp', 'gdp_per_capita', 'resident_population'), false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(gdp is null or gdp_per_capita is null or resident_population is null or gdp_per_capita <= 0 or resident_population <= 0, false) then 'TOO_FEW_POINTS'
      else case (abs(gdp - gdp_per_capita * resident_population) * 100 > 3 * gdp_per_capita * resident_population) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cr01,
    case
      when not coalesce(indicator in ('gdp', 'gdp_growth_rate'), false) then null
      when coalesce(is_gdp_break, false) then 'NOT_APPLICABLE'
      when coalesce(gdp is null or last_gdp is null or gdp_growth_rate is null or last_gdp <= 0, false) then 'TOO_FEW_POINTS'
      else case (gdp_growth_rate <= -100 or (gdp / last_gdp / (1 + gdp_growth_rate / 100) - 1) * 100 not between -5 and 15) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cr02,
    case
      when not coalesce(indicator in ('fiscal_expenditure', 'education_expenditure', 'science_expenditure'), false) then null
      when coalesce(spending_in_one_return, false) then 'NOT_APPLICABLE'
      when coalesce(fiscal_expenditure is null or education_expenditure is null or science_expenditure is null, false) then 'TOO_FEW_POINTS'
      else case (education_expenditure + science_expenditure > fiscal_expenditure + education_expenditure_tick + science_expenditure_tick + fiscal_expenditure_tick) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cr03,
    case
      when not coalesce(indicator in ('pension_insured', 'medical_insured'), false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(resident_population is null, false) then 'TOO_FEW_POINTS'
      else case (insured > 1.02 * resident_population) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cr04,
    case
      when not coalesce(indicator in ('average_wage', 'wage_bill', 'on_post_staff_avg'), false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(average_wage is null or wage_bill is null or on_post_staff_avg is null, false) then 'TOO_FEW_POINTS'
      else case (wage_bill * 100 < (100 - 3) * average_wage * (on_post_staff_avg - on_post_staff_avg_tick / 2) or wage_bill * 100 > (100 + 3) * average_wage * (on_post_staff_avg + on_post_staff_avg_tick / 2)) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cr05,
    case
      when not coalesce(indicator in ('primary_students', 'primary_teachers'), false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(primary_students is null or primary_teachers is null or primary_teachers <= 0, false) then 'TOO_FEW_POINTS'
      else case (primary_students < 8 * primary_teachers or primary_students > 35 * primary_teachers) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cr06,
    case
      when not coalesce(indicator in ('doctors', 'hospital_beds'), false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(doctors is null or hospital_beds is null or hospital_beds <= 0, false) then 'TOO_FEW_POINTS'
      else case (doctors < 0.15 * hospital_beds or doctors > 1.5 * hospital_beds) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cr07,
    case
      when not coalesce(indicator in ('retail_sales', 'fiscal_revenue'), false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(gdp is null or gdp <= 0, false) then 'TOO_FEW_POINTS'
      else case ((indicator = 'retail_sales' and (retail_sales * 100 < 15 * gdp or retail_sales * 100 > 90 * gdp)) or (indicator = 'fiscal_revenue' and (fiscal_revenue * 100 < 2 * gdp or fiscal_revenue * 100 > 25 * gdp))) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cr08
  from tested
),

counted as (
  select
    period,
    count(case when outcome_cr01 in ('PASS', 'FAIL') then 1 end) as cr01_checked,
    count(case when outcome_cr01 in ('FAIL') then 1 end) as cr01_violations,
    count(case when outcome_cr01 in ('NOT_APPLICABLE') then 1 end) as cr01_not_applicable,
    count(case when outcome_cr01 in ('TOO_FEW_POINTS') then 1 end) as cr01_too_few,
    count(case when outcome_cr01 in ('NOT_RUN') then 1 end) as cr01_not_run,
    count(case when outcome_cr02 in ('PASS', 'FAIL') then 1 end) as cr02_checked,
    count(case when outcome_cr02 in ('FAIL') then 1 end) as cr02_violations,
    count(case when outcome_cr02 in ('NOT_APPLICABLE') then 1 end) as cr02_not_applicable,
    count(case when outcome_cr02 in ('TOO_FEW_POINTS') then 1 end) as cr02_too_few,
    count(case when outcome_cr02 in ('NOT_RUN') then 1 end) as cr02_not_run,
    count(case when outcome_cr03 in ('PASS', 'FAIL') then 1 end) as cr03_checked,
    count(case when outcome_cr03 in ('FAIL') then 1 end) as cr03_violations,
    count(case when outcome_cr03 in ('NOT_APPLICABLE') then 1 end) as cr03_not_applicable,
    count(case when outcome_cr03 in ('TOO_FEW_POINTS') then 1 end) as cr03_too_few,
    count(case when outcome_cr03 in ('NOT_RUN') then 1 end) as cr03_not_run,
    count(case when outcome_cr04 in ('PASS', 'FAIL') then 1 end) as cr04_checked,
    count(case when outcome_cr04 in ('FAIL') then 1 end) as cr04_violations,
    count(case when outcome_cr04 in ('NOT_APPLICABLE') then 1 end) as cr04_not_applicable,
    count(case when outcome_cr04 in ('TOO_FEW_POINTS') then 1 end) as cr04_too_few,
    count(case when outcome_cr04 in ('NOT_RUN') then 1 end) as cr04_not_run,
    count(case when outcome_cr05 in ('PASS', 'FAIL') then 1 end) as cr05_checked,
    count(case when outcome_cr05 in ('FAIL') then 1 end) as cr05_violations,
    count(case when outcome_cr05 in ('NOT_APPLICABLE') then 1 end) as cr05_not_applicable,
    count(case when outcome_cr05 in ('TOO_FEW_POINTS') then 1 end) as cr05_too_few,
    count(case when outcome_cr05 in ('NOT_RUN') then 1 end) as cr05_not_run,
    count(case when outcome_cr06 in ('PASS', 'FAIL') then 1 end) as cr06_checked,
    count(case when outcome_cr06 in ('FAIL') then 1 end) as cr06_violations,
    count(case when outcome_cr06 in ('NOT_APPLICABLE') then 1 end) as cr06_not_applicable,
    count(case when outcome_cr06 in ('TOO_FEW_POINTS') then 1 end) as cr06_too_few,
    count(case when outcome_cr06 in ('NOT_RUN') then 1 end) as cr06_not_run,
    count(case when outcome_cr07 in ('PASS', 'FAIL') then 1 end) as cr07_checked,
    count(case when outcome_cr07 in ('FAIL') then 1 end) as cr07_violations,
    count(case when outcome_cr07 in ('NOT_APPLICABLE') then 1 end) as cr07_not_applicable,
    count(case when outcome_cr07 in ('TOO_FEW_POINTS') then 1 end) as cr07_too_few,
    count(case when outcome_cr07 in ('NOT_RUN') then 1 end) as cr07_not_run,
    count(case when outcome_cr08 in ('PASS', 'FAIL') then 1 end) as cr08_checked,
    count(case when outcome_cr08 in ('FAIL') then 1 end) as cr08_violations,
    count(case when outcome_cr08 in ('NOT_APPLICABLE') then 1 end) as cr08_not_applicable,
    count(case when outcome_cr08 in ('TOO_FEW_POINTS') then 1 end) as cr08_too_few,
    count(case when outcome_cr08 in ('NOT_RUN') then 1 end) as cr08_not_run
  from judged
  group by period
)

select 'CR01' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  cr01_checked as n_checked, cr01_violations as n_violations, cr01_not_applicable as n_not_applicable, cr01_too_few as n_too_few, cr01_not_run as n_not_run
from counted
union all
select 'CR02' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  cr02_checked as n_checked, cr02_violations as n_violations, cr02_not_applicable as n_not_applicable, cr02_too_few as n_too_few, cr02_not_run as n_not_run
from counted
union all
select 'CR03' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  cr03_checked as n_checked, cr03_violations as n_violations, cr03_not_applicable as n_not_applicable, cr03_too_few as n_too_few, cr03_not_run as n_not_run
from counted
union all
select 'CR04' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  cr04_checked as n_checked, cr04_violations as n_violations, cr04_not_applicable as n_not_applicable, cr04_too_few as n_too_few, cr04_not_run as n_not_run
from counted
union all
select 'CR05' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  cr05_checked as n_checked, cr05_violations as n_violations, cr05_not_applicable as n_not_applicable, cr05_too_few as n_too_few, cr05_not_run as n_not_run
from counted
union all
select 'CR06' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  cr06_checked as n_checked, cr06_violations as n_violations, cr06_not_applicable as n_not_applicable, cr06_too_few as n_too_few, cr06_not_run as n_not_run
from counted
union all
select 'CR07' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  cr07_checked as n_checked, cr07_violations as n_violations, cr07_not_applicable as n_not_applicable, cr07_too_few as n_too_few, cr07_not_run as n_not_run
from counted
union all
select 'CR08' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  cr08_checked as n_checked, cr08_violations as n_violations, cr08_not_applicable as n_not_applicable, cr08_too_few as n_too_few, cr08_not_run as n_not_run
from counted
