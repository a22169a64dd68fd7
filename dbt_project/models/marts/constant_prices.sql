-- Levels at the prices of a reference year: that year's level carried forward and back by the official growths, Q(t) = Q(t-1) (1 + g(t)).
-- One row per unit, indicator with an official growth, and year. A year is left empty where the reference level or any growth between
-- is missing: a chain with a hole is no chain. Every link is a published growth, so no break of a level's definition disturbs it.
{{ config(materialized='table') }}
with figures as (
  select official.indicator, official.reference_year, figures.unit_code, figures.period, figures.value,
    case when figures.indicator = official.indicator then 'level' else 'growth' end as kind
  from {{ source('raw', 'register_official_growth') }} as official
  inner join {{ ref('val_figures') }} as figures on figures.indicator in (official.indicator, official.growth_indicator)
  where official.growth_price_basis = 'constant'
),

years as (
  select unit_code, indicator, period, max(reference_year) as reference_year,
    max(case when kind = 'level' then value end) as value_current, max(case when kind = 'growth' then value end) as growth
  from figures
  group by unit_code, indicator, period
),

chained as (
  select
    years.unit_code, years.indicator, years.period, years.reference_year, years.value_current, years.growth,
    abs(years.period - years.reference_year) as n_links,
    count(links.value) as n_known,
    max(base.value) as base_value,
    coalesce({{ of_ascending('product', ascending('1 + cast(links.value as double) / 100')) }}, 1) as factor
  from years
  left join figures as base
    on base.unit_code = years.unit_code and base.indicator = years.indicator and base.kind = 'level' and base.period = years.reference_year
  left join figures as links
    on links.unit_code = years.unit_code and links.indicator = years.indicator and links.kind = 'growth'
    and links.period > least(years.period, years.reference_year) and links.period <= greatest(years.period, years.reference_year)
  group by years.unit_code, years.indicator, years.period, years.reference_year, years.value_current, years.growth
),

valued as (
  select chained.*,
    case when n_known = n_links and base_value is not null
      then {{ real_to_exact('cast(base_value as double) * (case when period >= reference_year then factor else 1 / factor end)', 4) }} end as value_constant
  from chained
)

select
  unit_code,
  indicator,
  period,
  reference_year,
  value_current,
  growth as growth_official_pct,
  value_constant,
  cast(n_links as integer) as n_links,
  case
    when value_constant is null then concat('缺少 ', reference_year, ' 年水平或其间的官方增速，不推算')
    when n_links = 0 then concat(reference_year, ' 年为基期，不变价等于现价')
    else concat('以 ', reference_year, ' 年价格为基期，按 ', n_links, ' 年官方增速链式推算')
  end as why_zh,
  case
    when value_constant is null then concat('The level of ', reference_year, ' or an official growth in between is missing')
    when n_links = 0 then concat(reference_year, ' is the reference year: constant and current prices are the same')
    else concat('At prices of ', reference_year, ', chained by ', n_links, ' official growths')
  end as why_en
from valued
