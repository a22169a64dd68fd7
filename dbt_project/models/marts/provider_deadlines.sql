-- The deadline of every return that is owed, and the step of its ladder at the night's moment: in, nil, due soon, yellow, red.
-- A return counts from its first receipt, a nil return likewise; one received after the deadline keeps the step it had reached by then.
with receipts as (
  select provider_id, form_id, period, received_at, cast(null as {{ dbt.type_string() }}) as nil_reason, 1 as is_return
  from {{ ref('val_returns') }}
  where form_id is not null and {{ only_changed('period') }}
  union all
  select provider_id, form_id, period, received_at, reason, 0
  from {{ ref('val_nil_returns') }}
  where {{ only_changed('period') }}
),

first_receipts as (
  select provider_id, form_id, period, min(received_at) as received_at, max(is_return) as is_return, max(nil_reason) as nil_reason
  from receipts
  group by provider_id, form_id, period
),

standing as (
  select
    provider_forms.provider_id,
    deadlines.form_id,
    deadlines.period,
    max(deadlines.due_at) as due_at,
    max(case when deadlines.step = 'WARNING' then deadlines.starts_at end) as warned_from,
    max(case when deadlines.step = 'YELLOW' then deadlines.starts_at end) as yellow_from,
    max(case when deadlines.step = 'RED' then deadlines.starts_at end) as red_from,
    max(first_receipts.received_at) as received_at,
    max(case when first_receipts.is_return = 0 then first_receipts.nil_reason end) as nil_reason,
    max(case when deadlines.starts_at < coalesce(first_receipts.received_at, night.as_of) then deadlines.step_no else 0 end) as step_no
  from {{ source('raw', 'register_provider_form') }} as provider_forms
  inner join {{ source('raw', 'register_deadline') }} as deadlines
    on deadlines.form_id = provider_forms.form_id
    and {{ within_years('deadlines.period', 'provider_forms') }}
  cross join {{ source('raw', 'night') }} as night
  left join first_receipts
    on first_receipts.provider_id = provider_forms.provider_id
    and first_receipts.form_id = deadlines.form_id and first_receipts.period = deadlines.period
  where {{ only_changed('deadlines.period') }}
  group by provider_forms.provider_id, deadlines.form_id, deadlines.period
)

select
  standing.provider_id,
  standing.form_id,
  standing.period,
  standing.due_at,
  standing.warned_from,
  standing.yellow_from,
  standing.red_from,
  standing.received_at,
  coalesce(standing.received_at > standing.due_at, false) as is_late,
  case
    when standing.nil_reason is not null then 'NIL'
    when standing.received_at is not null then case when standing.received_at > standing.due_at then 'LATE' else 'ON_TIME' end
    else coalesce(steps.step, 'NOT_YET_DUE')
  end as state,
  case when steps.step in ('YELLOW', 'RED') then steps.step end as card,
  case
    when standing.nil_reason is not null
      then concat('零报告（', case when standing.received_at > standing.due_at then '迟报' else '按时' end, '）：', standing.nil_reason)
    when standing.received_at is not null and standing.received_at > standing.due_at then concat('迟报，收到时已到', coalesce(steps.step_zh, '期'))
    when standing.received_at is not null then '按时'
    when steps.step is null then '未到期'
    else concat('未报，', steps.step_zh)
  end as why_zh,
  case
    when standing.nil_reason is not null
      then concat('Nil return (', case when standing.received_at > standing.due_at then 'late' else 'on time' end, '): ', standing.nil_reason)
    when standing.received_at is not null and standing.received_at > standing.due_at then concat('Late, received at: ', coalesce(steps.step_en, 'due'))
    when standing.received_at is not null then 'On time'
    when steps.step is null then 'Not yet due'
    else concat('Nothing received, ', steps.step_en)
  end as why_en
from standing
left join (select distinct step_no, step, step_zh, step_en from {{ source('raw', 'register_deadline') }}) as steps on steps.step_no = standing.step_no
