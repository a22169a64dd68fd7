-- The vetoes that bear on a unit, by an event with its document or by an indicator of its own. A veto acts on the grade alone, and
-- only downwards. Missing a target is decided on value and target themselves, so that no rounding of their ratio hides it.
-- effect_order: the grade (1 is the best) that the unit may not exceed; two beyond the last grade is the loss of standing altogether.
with by_event as (
  select
    events.unit_code, events.period, vetoes.submission_id, vetoes.row_no, events.severity, 1 as n_events,
    cast(null as decimal(28, 8)) as value, cast(null as decimal(28, 8)) as target, events.document,
    row_number() over (
      partition by events.unit_code, events.period, vetoes.submission_id, vetoes.veto, events.document
      order by case when vetoes.severity is null then 1 else 0 end, vetoes.row_no
    ) as choice
  from {{ ref('val_events') }} as events
  inner join {{ ref('val_schemes') }} as schemes on schemes.province_code = events.province_code and schemes.period = events.period
  inner join {{ ref('stg_scheme_vetoes') }} as vetoes
    on vetoes.submission_id = schemes.submission_id and vetoes.trigger_on = 'event' and vetoes.veto = events.event_code
    and (vetoes.severity is null or vetoes.severity = events.severity)
  where {{ only_changed('events.period') }}
),

by_indicator as (
  select
    scores.unit_code, scores.period, vetoes.submission_id, vetoes.row_no, cast(null as {{ dbt.type_string() }}) as severity, 0 as n_events,
    scores.value, case when vetoes.trigger_on = 'target_missed' then scores.target else vetoes.limit_value end as target,
    cast(null as {{ dbt.type_string() }}) as document, 1 as choice
  from {{ ref('stg_scheme_vetoes') }} as vetoes
  inner join {{ ref('sco_indicator_scores') }} as scores
    on scores.scheme_submission_id = vetoes.submission_id and scores.indicator = vetoes.indicator
    and scores.status in ('ACCEPTED', 'MARKED')
  where {{ only_changed('scores.period') }} and case vetoes.trigger_on
    when 'target_missed' then case when scores.direction = '-' then scores.value > scores.target else scores.value < scores.target end
    when 'above' then scores.value > vetoes.limit_value
    when 'below' then scores.value < vetoes.limit_value
  end
),

occurred as (
  select * from by_event where choice = 1
  union all
  select * from by_indicator
),

standing as (
  select submission_id, max(n_grades) as n_grades from {{ ref('sco_grades') }} where {{ only_changed('period') }} group by submission_id
)

select
  occurred.unit_code,
  occurred.period,
  occurred.submission_id as scheme_submission_id,
  vetoes.veto,
  vetoes.name_zh,
  vetoes.trigger_on,
  vetoes.indicator,
  occurred.value,
  occurred.target,
  occurred.severity,
  occurred.document,
  vetoes.effect,
  vetoes.levels,
  coalesce(vetoes.claw_back, false) as claw_back,
  case when vetoes.effect = 'disqualify' then coalesce(vetoes.grade, 'disqualified') else coalesce(grades.grade_code, vetoes.grade) end as grade_code,
  case when vetoes.effect = 'disqualify' then coalesce(vetoes.grade_zh, '取消资格') else coalesce(grades.grade_zh, vetoes.grade_zh, vetoes.grade) end as grade_zh,
  cast(case
    when vetoes.effect = 'disqualify' then coalesce(standing.n_grades, 0) + 2
    when vetoes.effect = 'downgrade_or_fail' and vetoes.levels is not null then null
    else coalesce(grades.grade_order, coalesce(standing.n_grades, 0) + 1)
  end as integer) as effect_order
from occurred
inner join {{ ref('stg_scheme_vetoes') }} as vetoes on vetoes.submission_id = occurred.submission_id and vetoes.row_no = occurred.row_no
left join standing on standing.submission_id = occurred.submission_id
left join {{ ref('sco_grades') }} as grades
  on grades.submission_id = occurred.submission_id
  and case when vetoes.effect = 'downgrade_or_fail' and vetoes.grade is null then grades.grade_order = standing.n_grades else grades.grade_code = vetoes.grade end
