-- What each indicator adds to an effect: one row per unit, period, effect and indicator whose contribution moved; `rest` holds what a
-- scheme adds, takes or combines beyond weighted contributions. The parts of an effect add up to it. Every part carries the status of the
-- indicator's figure in either year and the comparability of the two values: where they do not compare, part of a change of performance is the
-- change of definition; what is missing, held back or in doubt in one of the years is named in the reason.
with contributions as (
  select unit_code, period, previous_unit_code, previous_period, step, component, result
  from {{ source('scores', 'counterfactuals') }}
  where component <> 'total' and {{ only_changed('period') }}
),

steps as (
  select effects.effect, effects.sort_order, contributions.unit_code, contributions.period, contributions.previous_unit_code, contributions.previous_period, contributions.component, contributions.result as gained
  from contributions
  inner join {{ ref('change_effects') }} as effects on effects.step = contributions.step
  union all
  select effects.effect, effects.sort_order, contributions.unit_code, contributions.period, contributions.previous_unit_code, contributions.previous_period, contributions.component, -contributions.result
  from contributions
  inner join {{ ref('change_effects') }} as effects on effects.previous_step = contributions.step
),

moved as (
  select unit_code, period, previous_unit_code, previous_period, effect, sort_order, component, cast(sum(gained) as decimal(28, 8)) as change
  from steps
  group by unit_code, period, previous_unit_code, previous_period, effect, sort_order, component
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
),

-- the year before is read too: what there was of a figure then
figures as (
  select scores.unit_code, scores.indicator, scores.period, scores.status, coalesce(statuses.status_zh, others.name_zh) as status_zh, coalesce(lower(statuses.status_en), others.name_en) as status_en
  from {{ ref('sco_indicator_scores') }} as scores
  left join {{ ref('cell_statuses') }} as statuses on statuses.status = scores.status
  left join {{ ref('score_statuses') }} as others on others.score_status = scores.status
  where {{ only_changed('scores.period', [-1, 0]) }}
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
  before.status as status_before,
  after.status as status_after,
  comparable.comparability_code,
  concat(coalesce(names.name_zh, '其余'), ' ', {{ signed('moved.change') }}, '：', effects.reason_zh,
    case when before.status <> 'ACCEPTED' then concat('；', moved.previous_period, ' 年数据状态为“', coalesce(before.status_zh, before.status), '”') else '' end,
    case when after.status <> 'ACCEPTED' then concat('；', moved.period, ' 年数据状态为“', coalesce(after.status_zh, after.status), '”') else '' end,
    case when moved.effect = 'performance' and comparable.comparability_code <> 'OK' then concat('；两年数值：', comparable.why_zh) else '' end) as why_zh,
  concat(coalesce(names.name_en, moved.component), ' ', {{ signed('moved.change') }}, ': ', effects.reason_en,
    case when before.status <> 'ACCEPTED' then concat('; the figure of ', moved.previous_period, ': ', coalesce(before.status_en, before.status)) else '' end,
    case when after.status <> 'ACCEPTED' then concat('; the figure of ', moved.period, ': ', coalesce(after.status_en, after.status)) else '' end,
    case when moved.effect = 'performance' and comparable.comparability_code <> 'OK' then concat('; the two values: ', comparable.why_en) else '' end) as why_en
from moved
inner join {{ ref('change_effects') }} as effects on effects.effect = moved.effect
left join names on names.indicator = moved.component
left join comparable
  on comparable.unit_code = moved.unit_code and comparable.indicator = moved.component and comparable.period = moved.period and comparable.choice = 1
left join figures as before
  on before.unit_code = moved.previous_unit_code and before.indicator = moved.component and before.period = moved.previous_period
left join figures as after
  on after.unit_code = moved.unit_code and after.indicator = moved.component and after.period = moved.period
where moved.change <> 0
