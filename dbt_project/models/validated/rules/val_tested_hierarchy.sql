-- Written by expectations/compiler.py from expectations/rules/hierarchy.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
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
