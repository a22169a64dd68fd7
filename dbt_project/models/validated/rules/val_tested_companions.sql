-- Written by expectations/compiler.py from expectations/rules/companions.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with scales as (
  {{ indicator_scales() }}
),

-- one companion each
pairs as (
  select mine.indicator as mine, min(other.indicator) as other
  from (select 'hospital_beds' as mine, 'doctors' as other union all select 'doctors' as mine, 'hospital_beds' as other union all select 'primary_students' as mine, 'primary_teachers' as other union all select 'primary_teachers' as mine, 'primary_students' as other union all select 'pension_insured' as mine, 'medical_insured' as other union all select 'medical_insured' as mine, 'pension_insured' as other union all select 'fiscal_expenditure' as mine, 'education_expenditure' as other union all select 'education_expenditure' as mine, 'fiscal_expenditure' as other union all select 'fiscal_revenue' as mine, 'fiscal_expenditure' as other union all select 'science_expenditure' as mine, 'fiscal_expenditure' as other union all select 'gdp' as mine, 'gdp_per_capita' as other union all select 'gdp_per_capita' as mine, 'gdp' as other union all select 'retail_sales' as mine, 'gdp' as other union all select 'industrial_so2' as mine, 'industrial_nox' as other union all select 'industrial_nox' as mine, 'industrial_so2' as other union all select 'industrial_dust' as mine, 'industrial_nox' as other union all select 'average_wage' as mine, 'gdp_per_capita' as other union all select 'secondary_industry_share' as mine, 'tertiary_industry_share' as other union all select 'registered_population' as mine, 'primary_students' as other union all select 'resident_population' as mine, 'medical_insured' as other) as declared
  inner join scales as mine on mine.indicator = declared.mine
  left join scales as other on other.indicator = declared.other
  group by mine.indicator
),

known as (
  select
    years.province_code, years.unit_code, years.indicator, years.period,
    {{ on_log_scale('years.value') }} as level, {{ on_log_scale('years.value_b1') }} as level_b1, {{ on_log_scale('years.value_a1') }} as level_a1,
    cast(years.tick as double) / nullif(abs(cast(years.value as double)), 0) as rounding
  from {{ ref('val_series') }} as years
  inner join scales on scales.indicator = years.indicator
  where {{ only_changed('years.period') }} and years.indicator in (select mine from pairs union all select other from pairs)
),

-- the ratio of the best known figures in this year and beside it, on the log scale, and how far rounding could move it
ratios as (
  select
    mine.province_code, mine.unit_code, pairs.mine, mine.period,
    mine.level - other.level as ratio, mine.level_b1 - other.level_b1 as last_ratio, mine.level_a1 - other.level_a1 as next_ratio,
    mine.rounding + other.rounding as rounding
  from known as mine
  inner join pairs on pairs.mine = mine.indicator
  inner join known as other
    on other.unit_code = mine.unit_code and other.period = mine.period and other.indicator = pairs.other
),

changes as (
  select province_code, mine, period, 'before' as beside, ratio - last_ratio as change from ratios where ratio is not null and last_ratio is not null
  union all
  select province_code, mine, period, 'after' as beside, next_ratio - ratio as change from ratios where ratio is not null and next_ratio is not null
),

common as (
  {{ common_change('changes', ['mine', 'period', 'beside'], 8) }}
),

best as (
  select unit_code, indicator, period, name_zh, name_en, value, level, off
  from {{ ref('val_expected') }}
  where {{ only_changed('period') }} and is_best and is_positive
),

-- the ratio as reported beside the year before and after, each carried by what the province's ratios did
beside as (
  select
    figures.*, best.name_zh as other_zh, best.name_en as other_en, best.value as other_value, best.off as other_off,
    figures.level - best.level - ratios.last_ratio - common_before.shift as parted_b,
    figures.level - best.level - ratios.next_ratio + common_after.shift as parted_a,
    ratios.next_ratio - ratios.last_ratio - common_before.shift - common_after.shift as own_unrest,
    common_before.unrest as unrest_b, common_after.unrest as unrest_a, least(coalesce(ratios.rounding, figures.rounding), 1.0) as both_rounding,
    coalesce(common_before.n_peers, common_after.n_peers) as n_cities
  from {{ ref('val_expected') }} as figures
  inner join pairs on pairs.mine = figures.indicator
  left join best
    on best.unit_code = figures.unit_code and best.period = figures.period and best.indicator = pairs.other
  left join ratios
    on ratios.unit_code = figures.unit_code and ratios.mine = figures.indicator and ratios.period = figures.period
  left join common as common_before
    on common_before.province_code = figures.province_code and common_before.mine = figures.indicator
    and common_before.period = figures.period and common_before.beside = 'before'
  left join common as common_after
    on common_after.province_code = figures.province_code and common_after.mine = figures.indicator
    and common_after.period = figures.period and common_after.beside = 'after'
  where {{ only_changed('figures.period') }}
),

measured as (
  select
    beside.*,
    abs(parted_b) / sqrt(0.015 * 0.015 + unrest_b * unrest_b + both_rounding * both_rounding + coalesce(own_unrest * own_unrest, 0.015 * 0.015)) as apart_b,
    abs(parted_a) / sqrt(0.015 * 0.015 + unrest_a * unrest_a + both_rounding * both_rounding + coalesce(own_unrest * own_unrest, 0.015 * 0.015)) as apart_a
  from beside
),

parted as (
  select
    measured.*,
    case
      when parted_b * parted_a < 0 then 0
      when parted_b is not null and parted_a is not null then least(apart_b, apart_a)
      else coalesce(apart_b, apart_a) / 3
    end as apart,
    case when parted_a is null or abs(parted_b) <= abs(parted_a) then parted_b else parted_a end as parted
  from measured
)

select parted.*, {{ from_log_scale('(level - parted)') }} as implied
from parted
