-- How certain it is that a reported figure is wrong: certainty C = -log10 of how rare an honest figure so far off is, two decimals.
-- `certainty_then` rests on its own and earlier periods alone and never changes when later years arrive; `certainty` on everything there is now.
-- Distances (val_distances) are ranked among the figures there are, so that no threshold travels from one panel to another:
--   in time     among figures with as many years on as many sides; beyond the top twentieth along a Pareto tail (Hill's estimate)
--   apart       among all figures, in the indicator's own spread; at most 3. It adds where both point the same way and takes off at most 1 else
-- C is 0 where the figure is less than a quarter off, and where fewer than `least_ranked` figures can be ranked. Beside a single year nobody can
-- tell which of the two is wrong: there C is at most 4, the most that still scores by default.
{{ config(materialized='table') }}
{% set tail = 0.05 %}
{% set least_ranked = 100 %}
{% set quarter = 1.25 %}
{% set beside_one_year = 4 %}
with periods as (
  select distinct period from {{ ref('val_distances') }}
),

-- the figures that each is ranked among: then, those of its own and earlier periods
pools as (
  select periods.period as until, distances.*
  from {{ ref('val_distances') }} as distances
  inner join periods on periods.period >= distances.period
  where distances.known = 'then'
  union all
  select 9999 as until, distances.* from {{ ref('val_distances') }} as distances where distances.known = 'now'
),

spreads as (
  select known, until, indicator, greatest(1.4826 * mad(apart), 0.03) as spread
  from pools
  where is_best
  group by known, until, indicator
),

-- superseded figures are ranked and nobody is ranked among them: sending more versions changes nobody's rank
ranked as (
  select
    pools.*, abs(apart) / spread as parted,
    sum(case when is_best then 1 else 0 end) over (partition by pools.known, pools.until, n_sides, least(n_years, 1 + n_sides) order by off desc) as n_beyond,
    sum(case when is_best then 1 else 0 end) over (partition by pools.known, pools.until, n_sides, least(n_years, 1 + n_sides)) as n_ranked,
    sum(case when is_best and apart is not null then 1 else 0 end) over (partition by pools.known, pools.until order by abs(apart) / spread desc nulls last) as n_parted,
    sum(case when is_best and apart is not null then 1 else 0 end) over (partition by pools.known, pools.until) as n_placed
  from pools
  left join spreads on spreads.known = pools.known and spreads.until = pools.until and spreads.indicator = pools.indicator
),

-- where the tail begins: the largest distance outside it
edges as (
  select known, until, n_sides, least(n_years, 1 + n_sides) as n_years, max(n_ranked) as n_ranked, max(case when n_beyond > {{ tail }} * n_ranked then off end) as edge
  from ranked
  where is_best
  group by known, until, n_sides, least(n_years, 1 + n_sides)
),

tails as (
  select edges.known, edges.until, edges.n_sides, edges.n_years, edges.edge, count(*) as n_in,
    {{ of_ascending('avg', ascending('ln(ranked.off / edges.edge)')) }} as thickness
  from edges
  inner join ranked
    on ranked.known = edges.known and ranked.until = edges.until and ranked.n_sides = edges.n_sides and least(ranked.n_years, 1 + ranked.n_sides) = edges.n_years
    and ranked.is_best and ranked.off > edges.edge
  where edges.edge > 0 and edges.n_ranked >= {{ least_ranked }}
  group by edges.known, edges.until, edges.n_sides, edges.n_years, edges.edge
),

rarities as (
  select
    ranked.*,
    case
      when ranked.off > tails.edge and tails.thickness > 0 then log10(cast(ranked.n_ranked as double) / tails.n_in) + log10(ranked.off / tails.edge) / tails.thickness
      else log10((ranked.n_ranked + 1.0) / greatest(ranked.n_beyond, 1))
    end as in_time,
    coalesce(least(log10((ranked.n_placed + 1.0) / greatest(ranked.n_parted, 1)), 3), 0) as in_place
  from ranked
  left join tails
    on tails.known = ranked.known and tails.until = ranked.until and tails.n_sides = ranked.n_sides and tails.n_years = least(ranked.n_years, 1 + ranked.n_sides)
  where ranked.known = 'now' or ranked.until = ranked.period
),

summed as (
  select rarities.*, in_time + case when sign(apart) = sign(log_ratio) then in_place else -least(in_place, 1) end as together
  from rarities
),

added as (
  select
    summed.*,
    case when abs(log_ratio) < ln({{ quarter }}) or n_ranked < {{ least_ranked }} then 0 else round(greatest(least(together, case when n_years = 1 then {{ beside_one_year }} else 99 end), 0), 2) end as certainty
  from summed
)

select
  submission_id, sheet, row_no, col_no, unit_code, indicator, period, value, is_best,
  {%- for known, suffix in [('then', '_then'), ('now', '')] %}
  cast(coalesce(max(case when known = '{{ known }}' then certainty end), 0) as decimal(9, 2)) as certainty{{ suffix }},
  try_cast(cast(value as double) / exp(max(case when known = '{{ known }}' then log_ratio end)) as decimal(28, 8)) as predicted{{ suffix }},
  try_cast(round(exp(max(case when known = '{{ known }}' then log_ratio end)), 4) as decimal(28, 4)) as ratio{{ suffix }},
  max(case when known = '{{ known }}' then years end) as years{{ suffix }},
  cast(max(case when known = '{{ known }}' then n_years end) as integer) as n_years{{ suffix }},
  cast(max(case when known = '{{ known }}' then n_units end) as integer) as n_units{{ suffix }}{{ ',' if not loop.last }}
  {%- endfor %}
from added
group by submission_id, sheet, row_no, col_no, unit_code, indicator, period, value, is_best
