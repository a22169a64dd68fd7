-- A score is the sum of its steps, to the last digit: weighted contributions make dimensions, these the base total, this the published score.
with sums as (
  select
    unit_code, period,
    sum(case when step_kind = 'weight' then result else 0 end) as contributions,
    sum(case when step_kind = 'dimension' then result else 0 end) as dimensions,
    max(case when step_kind = 'base' then result end) as base,
    max(case when step_kind = 'publish' then result end) as published
  from {{ ref('sco_steps') }}
  where period in (select changed.period from {{ source('raw', 'changed_period') }} as changed)
  group by unit_code, period
)

select sums.*, totals.total_exact, totals.total_published
from sums
left join {{ ref('sco_totals') }} as totals on totals.unit_code = sums.unit_code and totals.period = sums.period
where
  totals.unit_code is null
  or sums.contributions <> sums.base or sums.dimensions <> sums.base
  or sums.base <> totals.total_exact or sums.published <> totals.total_published
