-- Why a score differs from the previous year's: one row per unit, period and effect. Each effect is the difference of two
-- neighbours on a declared way of counterfactual scores (stability/counterfactuals.py), so the effects add up to the change to
-- the last digit, and nothing is left over.
with totals as (
  select unit_code, period, previous_unit_code, previous_period, step, result
  from {{ source('scores', 'counterfactuals') }}
  where component = 'total' and {{ only_changed('period') }}
),

ends as (
  select unit_code, period, max(case when step = 'closed' then result end) as score_from, max(case when step = 'after' then result end) as score_to
  from totals
  group by unit_code, period
)

select
  now.unit_code,
  now.period,
  now.previous_period,
  now.previous_unit_code,
  effects.effect,
  effects.sort_order,
  effects.name_zh as effect_zh,
  effects.name_en as effect_en,
  ends.score_from,
  ends.score_to,
  before.result as score_before,
  now.result as score_after,
  cast(now.result - before.result as decimal(28, 8)) as change,
  cast(ends.score_to - ends.score_from as decimal(28, 8)) as change_total,
  concat(effects.name_zh, ' ', {{ signed('now.result - before.result') }}, '：', effects.reason_zh) as why_zh,
  concat(effects.name_en, ' ', {{ signed('now.result - before.result') }}, ': ', effects.reason_en) as why_en
from {{ ref('change_effects') }} as effects
inner join totals as now on now.step = effects.step
inner join totals as before on before.step = effects.previous_step and before.unit_code = now.unit_code and before.period = now.period
inner join ends on ends.unit_code = now.unit_code and ends.period = now.period
