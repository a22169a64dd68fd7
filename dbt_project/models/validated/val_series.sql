-- A unit's years side by side: every year in which there is a clean value or a figure to be tested, with the best known values of
-- two years back and two on, NULL where there is none. Levels are values on the comparing scale. Whatever looks over the years reads
-- one row here, so that nothing joins years with years.
with scales as (
  {{ indicator_scales() }}
),

best as (
  select
    best.unit_code, best.indicator, best.period, units.province_code, best.value, {{ on_log_scale('best.value') }} as level,
    cast(best.tick as double) / nullif(abs(cast(best.value as double)), 0) as rounding
  from {{ ref('val_baseline') }} as best
  inner join scales on scales.indicator = best.indicator
  inner join {{ source('raw', 'register_units') }} as units on units.unit_code = best.unit_code
  where {{ only_changed('best.period', [-2, -1, 0, 1, 2]) }}
),

tested as (
  select distinct unit_code, indicator, period
  from {{ ref('stg_figures') }}
  where {{ only_changed('period') }} and value is not null and unit_code is not null
),

-- a year that is tested without having a clean value stands in the row all the same
years as (
  select unit_code, province_code, indicator, period, level, value, rounding from best
  union all
  select tested.unit_code, units.province_code, tested.indicator, tested.period,
    cast(null as double) as level, cast(null as decimal(28, 8)) as value, cast(null as double) as rounding
  from tested
  inner join {{ source('raw', 'register_units') }} as units on units.unit_code = tested.unit_code
  left join (select unit_code, indicator, period from best where {{ only_changed('period') }}) as clean
    on clean.unit_code = tested.unit_code and clean.indicator = tested.indicator and clean.period = tested.period
  where clean.unit_code is null
),

beside as (
  select
    years.*,
    {% for name, steps in [('b2', -2), ('b1', -1), ('a1', 1), ('a2', 2)] -%}
    {{ of_year('level', steps) }} as level_{{ name }},
    {{ of_year('value', steps) }} as value_{{ name }}{{ ',' if not loop.last }}
    {% endfor %}
  from years
  window series as (partition by unit_code, indicator order by period)
)

select
  unit_code, province_code, indicator, period, value, level, rounding,
  level_b2, level_b1, level_a1, level_a2, value_b2, value_b1, value_a1, value_a2
from beside
where {{ only_changed('period') }}
