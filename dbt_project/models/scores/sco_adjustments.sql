-- What each adjustment of the scheme brings a unit: its events added up, at most the cap of the item. Promotions bring no marks.
with happened as (
  select
    events.unit_code, events.period, schemes.submission_id as scheme_submission_id, adjustments.adjustment, adjustments.name_zh, adjustments.kind,
    adjustments.grade, adjustments.marks, adjustments.cap, events.quantity, events.document,
    {{ times('events.quantity', 'coalesce(adjustments.marks, 0)') }} as earned
  from {{ ref('val_events') }} as events
  inner join {{ ref('val_schemes') }} as schemes on schemes.province_code = events.province_code and schemes.period = events.period
  inner join {{ ref('stg_scheme_adjustments') }} as adjustments
    on adjustments.submission_id = schemes.submission_id and adjustments.adjustment = events.event_code
  where {{ only_changed('events.period') }}
),

added as (
  select
    unit_code, period, scheme_submission_id, adjustment, max(name_zh) as name_zh, max(kind) as kind, max(grade) as grade_code, max(marks) as marks,
    max(cap) as cap, count(*) as n_events, sum(quantity) as quantity, cast(sum(earned) as decimal(28, 8)) as earned,
    string_agg(document, '；' order by document) as documents
  from happened
  group by unit_code, period, scheme_submission_id, adjustment
)

select
  unit_code, period, scheme_submission_id, adjustment, name_zh, kind, grade_code, marks, cap, cast(n_events as integer) as n_events,
  cast(quantity as decimal(28, 8)) as quantity, earned, case when earned > cap then cap else earned end as counted, documents
from added
