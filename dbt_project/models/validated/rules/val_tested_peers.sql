-- Written by expectations/compiler.py from expectations/rules/peers.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
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
