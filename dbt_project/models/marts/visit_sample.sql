-- Which figures to verify on the spot: for each province and year a sample of fixed size, the likelier the more suspect a figure is and the
-- more it weighs. Pareto sampling (Rosén 1997): inclusion probabilities proportional to size, figures whose size alone earns them a place
-- are taken for certain, the others by the rank of a draw made from the figure's own name, so that the list depends on nothing else.
-- Written anew each night: sizes rest on suspicions, whose ranks reach every period.
{{ config(materialized='table') }}
with suspicions as (
  select unit_code, indicator, period, max(score) as score
  from {{ ref('findings') }}
  group by unit_code, indicator, period
),

-- what a reported figure weighs: the indicators that are scored from it
scored as (
  select unit_code, period, indicator, numerator as reported from {{ ref('sco_values') }}
  union all
  select unit_code, period, indicator, denominator as reported from {{ ref('sco_values') }} where denominator is not null
),

weights as (
  select scored.unit_code, scored.period, scored.reported as indicator, sum(contributions.effective_weight) as weight
  from scored
  inner join {{ ref('sco_contributions') }} as contributions
    on contributions.unit_code = scored.unit_code and contributions.indicator = scored.indicator and contributions.period = scored.period
  group by scored.unit_code, scored.period, scored.reported
),

sized as (
  select
    figures.unit_code, figures.indicator, figures.period, units.province_code, figures.value, figures.provider_id,
    cast(coalesce(suspicions.score, 0) as decimal(9, 4)) as score,
    coalesce(weights.weight, 0) as weight,
    cast(round(({{ verification('base_score') }} + cast(coalesce(suspicions.score, 0) as double))
      * ({{ verification('base_weight') }} + cast(coalesce(weights.weight, 0) as double)), 8) as decimal(28, 8)) as size
  from {{ ref('val_figures') }} as figures
  inner join {{ source('raw', 'register_units') }} as units on units.unit_code = figures.unit_code
  left join suspicions
    on suspicions.unit_code = figures.unit_code and suspicions.indicator = figures.indicator and suspicions.period = figures.period
  left join weights
    on weights.unit_code = figures.unit_code and weights.indicator = figures.indicator and weights.period = figures.period
  where figures.source = 'return'
),

wanted as (
  select
    province_code, period,
    cast(least(count(*), greatest({{ verification('least_sampled') }}, ceil(count(*) * {{ verification('share_sampled_pct') }} / 100))) as integer) as n_wanted
  from sized
  group by province_code, period
),

-- by size, largest first: what is left to draw from when a figure's turn comes
ordered as (
  select
    sized.*, wanted.n_wanted,
    row_number() over (partition by sized.province_code, sized.period order by sized.size desc, sized.unit_code, sized.indicator) as place,
    sum(sized.size) over (
      partition by sized.province_code, sized.period order by sized.size desc, sized.unit_code, sized.indicator
      rows between current row and unbounded following) as size_left
  from sized
  inner join wanted on wanted.province_code = sized.province_code and wanted.period = sized.period
),

certain as (
  select
    ordered.*,
    -- certain while every larger one is
    min(case when place <= n_wanted and (n_wanted - place + 1) * size >= size_left then 1 else 0 end) over (
      partition by province_code, period order by place rows between unbounded preceding and current row) as is_certain
  from ordered
),

counted as (
  select
    certain.*,
    sum(is_certain) over (partition by province_code, period) as n_certain,
    sum(case when is_certain = 0 then size else 0 end) over (partition by province_code, period) as size_drawn
  from certain
),

drawn as (
  select
    counted.*,
    case when is_certain = 1 then 1.0 else cast(n_wanted - n_certain as double) * cast(size as double) / cast(size_drawn as double) end as probability,
    {{ even_draw("concat_ws('|', cast(period as varchar), unit_code, indicator)") }} as draw
  from counted
),

ranked as (
  select
    drawn.*,
    row_number() over (
      partition by province_code, period
      order by is_certain desc, draw / (1 - draw) * (1 - probability) / nullif(probability, 0) nulls last, unit_code, indicator
    ) as rank
  from drawn
)

select
  province_code,
  period,
  cast(rank as integer) as rank,
  unit_code,
  indicator,
  provider_id,
  value,
  score,
  cast(weight as decimal(28, 8)) as weight,
  cast(round(probability, 8) as decimal(18, 8)) as inclusion_probability,
  is_certain = 1 as is_certain,
  concat('疑点得分 ', {{ plain('score') }}, '，权重 ', {{ plain('cast(round(weight, 4) as decimal(18, 4))') }}, '，入样概率 ', cast(cast(round(probability, 4) as decimal(9, 4)) as varchar),
    case when is_certain = 1 then '（必抽）' else '' end) as why_zh,
  concat('Suspicion ', {{ plain('score') }}, ', weight ', {{ plain('cast(round(weight, 4) as decimal(18, 4))') }}, ', inclusion probability ', cast(cast(round(probability, 4) as decimal(9, 4)) as varchar),
    case when is_certain = 1 then ' (taken for certain)' else '' end) as why_en
from ranked
where rank <= n_wanted
