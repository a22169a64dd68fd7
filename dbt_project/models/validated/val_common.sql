-- What a province's units did between two years, over one year (gap 1) and over two: the median of their changes on the comparing scale,
-- and how far they differ. One row per province, indicator, later year and gap; too few units are judged with those of all provinces.
with scales as (
  {{ indicator_scales() }}
),

levels as (
  select
    years.province_code, years.indicator, years.period,
    {{ on_log_scale('years.value') }} as level, {{ on_log_scale('years.value_b1') }} as level_b1, {{ on_log_scale('years.value_b2') }} as level_b2
  from {{ ref('val_series') }} as years
  inner join scales on scales.indicator = years.indicator
  where {{ only_changed('years.period') }} and years.value is not null
),

changes as (
  select province_code, indicator, period, 1 as gap, level - level_b1 as change
  from levels
  where level is not null and level_b1 is not null
  union all
  select province_code, indicator, period, 2 as gap, level - level_b2 as change
  from levels
  where level is not null and level_b2 is not null
),

common as (
  {{ common_change('changes', ['indicator', 'period', 'gap'], min_peers()) }}
)

select province_code, indicator, period, gap, n_peers, shift, spread_of_changes from common
