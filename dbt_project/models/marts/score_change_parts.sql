-- What each indicator adds to an effect: one row per unit, period, effect and indicator whose contribution moved; `rest` holds what a
-- scheme adds, takes or combines beyond weighted contributions. The parts of an effect add up to it. A change of performance
-- carries the comparability of the indicator's two values: where they do not compare, part of it is the change of caliber.
with contributions as (
  select unit_code, period, previous_period, step, component, result
  from {{ source('scores', 'counterfactuals') }}
  where component <> 'total' and {{ only_changed('period') }}
),

steps as (
  select effects.effect, effects.sort_order, contributions.unit_code, contributions.period, contributions.previous_period, contributions.component, contributions.result as gained
  from contributions
  inner join {{ ref('change_effects') }} as effects on effects.step = contributions.step
  union all
  select effects.effect, effects.sort_order, contributions.unit_code, contributions.period, contributions.previous_period, contributions.component, -contributions.result
  from contributions
  inner join {{ ref('change_effects') }} as effects on effects.previous_step = contributions.step
),

moved as (
  select unit_code, period, previous_period, effect, sort_order, component, cast(sum(gained) as decimal(28, 8)) as change
  from steps
  group by unit_code, period, previous_period, effect, sort_order, component
),

names as (
  select indicator, max(name_zh) as name_zh, max(name_en) as name_en
  from (
    select indicator, name_zh, name_en from {{ source('raw', 'register_indicators') }}
    union all
    select indicator, name_zh, name_en from {{ source('raw', 'register_derived_indicators') }}
  ) as named
  group by indicator
),

comparable as (
  select unit_code, indicator, period, comparability_code, why_zh, why_en,
    row_number() over (partition by unit_code, indicator, period order by value_kind) as choice
  from {{ ref('year_on_year') }}
  where {{ only_changed('period') }}
)

select
  moved.unit_code,
  moved.period,
  moved.previous_period,
  moved.effect,
  moved.component as indicator,
  coalesce(names.name_zh, case when moved.component = 'rest' then '其余' end, moved.component) as indicator_zh,
  coalesce(names.name_en, case when moved.component = 'rest' then 'The rest' end, moved.component) as indicator_en,
  moved.change,
  case when moved.effect = 'performance' then comparable.comparability_code end as comparability_code,
  concat(coalesce(names.name_zh, '其余'), ' ', {{ signed('moved.change') }}, '：', effects.reason_zh,
    case when moved.effect = 'performance' and comparable.comparability_code <> 'OK' then concat('；两年数值：', comparable.why_zh) else '' end) as why_zh,
  concat(coalesce(names.name_en, moved.component), ' ', {{ signed('moved.change') }}, ': ', effects.reason_en,
    case when moved.effect = 'performance' and comparable.comparability_code <> 'OK' then concat('; the two values: ', comparable.why_en) else '' end) as why_en
from moved
inner join {{ ref('change_effects') }} as effects on effects.effect = moved.effect
left join names on names.indicator = moved.component
left join comparable
  on comparable.unit_code = moved.unit_code and comparable.indicator = moved.component and comparable.period = moved.period and comparable.choice = 1
where moved.change <> 0
