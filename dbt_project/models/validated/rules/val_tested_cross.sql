-- Written by expectations/compiler.py from expectations/rules/cross.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  with scales as (
    select {{ as_indicator('indicators.indicator') }} as indicator, scales.to_base, indicators.hard_low, indicators.hard_high
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
    where {{ only_changed('best.period') }}
      and best.indicator in ('gdp', 'gdp_per_capita', 'gdp_growth_rate', 'resident_population', 'fiscal_revenue', 'fiscal_expenditure', 'education_expenditure', 'science_expenditure', 'retail_sales', 'average_wage', 'wage_bill', 'on_post_staff_avg', 'pension_insured', 'medical_insured', 'primary_students', 'primary_teachers', 'hospital_beds', 'doctors')
    group by best.unit_code, best.period
  ),

  together as (
    select
      own.submission_id, own.unit_code, own.period,
      own.fiscal_expenditure is not null and own.education_expenditure is not null
        and own.science_expenditure is not null as spending_in_one_return
      {%- for name in ('gdp', 'gdp_per_capita', 'gdp_growth_rate', 'resident_population', 'fiscal_revenue', 'fiscal_expenditure', 'education_expenditure', 'science_expenditure', 'retail_sales', 'average_wage', 'wage_bill', 'on_post_staff_avg', 'pension_insured', 'medical_insured', 'primary_students', 'primary_teachers', 'hospital_beds', 'doctors') %},
      coalesce(own.{{ name }}, known.{{ name }}) as {{ name }},
      coalesce(own.{{ name }}_tick, known.{{ name }}_tick) as {{ name }}_tick
      {%- endfor %}
    from own
    left join known on known.unit_code = own.unit_code and known.period = own.period
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
    together.spending_in_one_return
  from {{ ref('stg_figures') }} as figures
  inner join together
    on together.submission_id = figures.submission_id and together.unit_code = figures.unit_code
    and together.period = figures.period
  left join {{ source('raw', 'register_indicators') }} as indicators on {{ as_indicator('indicators.indicator') }} = figures.indicator
  left join scales on scales.indicator = figures.indicator
  where {{ only_changed('figures.period') }} and figures.value is not null and figures.indicator in ('gdp', 'gdp_per_capita', 'gdp_growth_rate', 'resident_population', 'fiscal_revenue', 'fiscal_expenditure', 'education_expenditure', 'science_expenditure', 'retail_sales', 'average_wage', 'wage_bill', 'on_post_staff_avg', 'pension_insured', 'medical_insured', 'primary_students', 'primary_teachers', 'hospital_beds', 'doctors')
),

last_year as (
  select best.unit_code, best.period + 1 as period, max(cast(best.value as double) * scales.to_base) as last_gdp
  from {{ ref('val_baseline') }} as best
  inner join {{ source('raw', 'register_indicators') }} as indicators on {{ as_indicator('indicators.indicator') }} = best.indicator
  inner join (select '亿元' as unit, 100000000 as to_base union all select '万元' as unit, 10000 as to_base union all select '元' as unit, 1 as to_base union all select '万人' as unit, 10000 as to_base union all select '人' as unit, 1 as to_base union all select '张' as unit, 1 as to_base union all select '%' as unit, 1 as to_base) as scales on scales.unit = indicators.unit
  where {{ only_changed('best.period', [-1]) }} and best.indicator = 'gdp'
  group by best.unit_code, best.period
),

gdp_breaks as (
  select distinct valid_from as period, true as is_gdp_break
  from {{ source('raw', 'register_calibers') }}
  where indicator = 'gdp' and not comparable_with_previous
)

select tested.*, last_year.last_gdp, gdp_breaks.is_gdp_break
from tested
left join last_year on last_year.unit_code = tested.unit_code and last_year.period = tested.period
left join gdp_breaks on gdp_breaks.period = tested.period
