-- The effects on a score add up to its change, and the parts of each effect to the effect, to the last digit.
with effects as (
  select unit_code, period, sum(change) as change, max(change_total) as change_total
  from {{ ref('score_changes') }}
  where period in (select changed.period from {{ source('raw', 'changed_period') }} as changed)
  group by unit_code, period
),

parts as (
  select unit_code, period, effect, sum(change) as change
  from {{ ref('score_change_parts') }}
  where period in (select changed.period from {{ source('raw', 'changed_period') }} as changed)
  group by unit_code, period, effect
)

select unit_code, period, 'all' as effect, change, change_total
from effects
where change <> change_total
union all
select changes.unit_code, changes.period, changes.effect, coalesce(parts.change, 0), changes.change
from {{ ref('score_changes') }} as changes
left join parts on parts.unit_code = changes.unit_code and parts.period = changes.period and parts.effect = changes.effect
where changes.period in (select changed.period from {{ source('raw', 'changed_period') }} as changed)
  and coalesce(parts.change, 0) <> changes.change
