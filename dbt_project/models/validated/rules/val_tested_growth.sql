-- Written by expectations/compiler.py from expectations/rules/growth.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with pairs as (
  select level, rate from (select 'gdp' as level, 'gdp_growth_rate' as rate) as declared
),

known as (
  select best.unit_code, best.indicator, best.period, cast(best.value as double) as value, cast(best.tick as double) as tick
  from {{ ref('val_baseline') }} as best
  where {{ only_changed('best.period', [-2, -1, 0, 1]) }}
    and best.indicator in (select level from pairs union all select rate from pairs)
),

-- the price change implied by two years' levels and the rate between them, and how much of it rounding could make
implied as (
  select
    units.province_code, levels.unit_code, levels.indicator, levels.period, rates.value as rate,
    ln(levels.value / earlier.value) as nominal,
    ln(levels.value / earlier.value) - ln(1 + rates.value / 100) as change,
    levels.tick / levels.value + earlier.tick / earlier.value as rounding
  from known as levels
  inner join pairs on pairs.level = levels.indicator
  inner join {{ source('raw', 'register_units') }} as units on units.unit_code = levels.unit_code
  inner join known as earlier
    on earlier.unit_code = levels.unit_code and earlier.indicator = levels.indicator and earlier.period = levels.period - 1
  inner join known as rates
    on rates.unit_code = levels.unit_code and rates.indicator = pairs.rate and rates.period = levels.period
  where {{ only_changed('levels.period', [-1, 0, 1]) }}
    and levels.value > 0 and earlier.value > 0 and rates.value > -100
),

common as (
  {{ common_change('implied', ['indicator', 'period'], 8) }}
),

apart as (
  select
    implied.*, common.n_peers, common.shift as usual,
    (implied.change - common.shift) / sqrt(common.unrest * common.unrest + 0.015 * 0.015 + implied.rounding * implied.rounding) as off
  from implied
  inner join common
    on common.province_code = implied.province_code and common.indicator = implied.indicator and common.period = implied.period
)

select
  figures.submission_id, figures.provider_id, figures.unit_code, figures.indicator, figures.period,
  figures.sheet, figures.row_no, figures.col_no, figures.cell, figures.value_text, figures.printed_unit, figures.name_zh, figures.name_en,
  figures.value, figures.value_b1, figures.indicator = pairs.level as is_level,
  now.n_peers, now.nominal, now.rate, now.change as implied, now.usual, now.off,
  coalesce(before.off * now.off < 0 and abs(before.off) >= 2.5, false) as starts_wrong,
  coalesce(after.off * now.off < 0 and abs(after.off) >= 2.5, false) as comes_back,
  after.off is not null as has_next,
  case
    when figures.indicator = pairs.level then exp(least(greatest(ln(nullif(cast(figures.value as double), 0)) - (now.change - now.usual), -18), 40))
    else (exp(least(greatest(now.nominal - now.usual, -5), 5)) - 1) * 100
  end as fitting
from {{ ref('val_expected') }} as figures
inner join pairs on pairs.level = figures.indicator or pairs.rate = figures.indicator
left join apart as now on now.unit_code = figures.unit_code and now.indicator = pairs.level and now.period = figures.period
left join apart as before on before.unit_code = figures.unit_code and before.indicator = pairs.level and before.period = figures.period - 1
left join apart as after on after.unit_code = figures.unit_code and after.indicator = pairs.level and after.period = figures.period + 1
where {{ only_changed('figures.period') }}
