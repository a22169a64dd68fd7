-- A score is the sum of its steps, to the last digit: weighted contributions make dimensions, these the base total; with bonus and deduction
-- it is what the bounds are laid on, and what is published is what was rounded.
with sums as (
  select
    unit_code, period,
    sum(case when step_kind = 'weight' then result else 0 end) as contributions,
    sum(case when step_kind = 'dimension' then result else 0 end) as dimensions,
    max(case when step_kind = 'base' then result end) as base,
    sum(case when step_kind in ('base', 'bonus', 'deduction') then result else 0 end) as adjusted,
    max(case when step_kind = 'clamp' then input_value end) as clamp_in,
    max(case when step_kind = 'rounding' then result end) as rounded,
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
  or sums.adjusted <> sums.clamp_in or sums.rounded <> sums.published
