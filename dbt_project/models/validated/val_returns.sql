-- One row per submission: what became of it. A return is sent back whole when a must-fix hit has no cell of its own
-- (wrong form, missing column) or the form is accepted or returned as one (a scheme, a list of targets); otherwise only the failing cells are quarantined. One that broke a night by itself is HELD. In force is the return with the fewest
-- must-fix hits, the latest among equals: an accepted return stays in force until its replacement clears.
-- A hit counts as what rulings and visits have made of it. Sheets of rulings and of visits replace nothing: each adds to those before.
with hits as (
  select
    submission_id,
    sum(case when counts_as = 'E' then 1 else 0 end) as n_must_fix,
    sum(case when counts_as = 'E' and (row_no is null or col_no is null) then 1 else 0 end) as n_structural,
    sum(case when counts_as = 'W' then 1 else 0 end) as n_must_explain,
    sum(case when counts_as = 'I' then 1 else 0 end) as n_hints
  from {{ ref('val_ruled_hits') }}
  where as_known_then and {{ only_changed('period') }}
  group by submission_id
),

cells as (
  select submission_id, count(*) as n_cells, count(value_text) as n_filled
  from {{ source('raw', 'cell') }}
  where table_name <> 'answers' and {{ only_changed('period') }}
  group by submission_id
),

judged as (
  select
    sub.submission_id,
    sub.ledger_seq,
    sub.provider_id,
    sub.form_id,
    sub.period,
    case when sub.form_id in ('rulings', 'visits') then sub.submission_id end as stands_alone,
    sub.file_name,
    sub.channel,
    sub.received_at,
    calendar.due_at,
    sub.received_at > calendar.due_at as is_late,
    coalesce(cells.n_cells, 0) as n_cells,
    coalesce(cells.n_filled, 0) as n_filled,
    coalesce(hits.n_must_fix, 0) as n_must_fix,
    coalesce(hits.n_must_explain, 0) as n_must_explain,
    coalesce(hits.n_hints, 0) as n_hints,
    case
      when sub.read_status = 'held' then 'HELD'
      when sub.read_status <> 'read' or coalesce(hits.n_structural, 0) > 0 then 'RETURNED'
      when forms.is_whole and coalesce(hits.n_must_fix, 0) > 0 then 'RETURNED'
      when coalesce(hits.n_must_fix, 0) > 0 then 'PARTLY_ACCEPTED'
      else 'ACCEPTED'
    end as return_status,
    row_number() over (partition by sub.provider_id, sub.form_id, sub.period order by sub.ledger_seq) as version_no
  from {{ source('raw', 'submission') }} as sub
  left join hits on hits.submission_id = sub.submission_id
  left join cells on cells.submission_id = sub.submission_id
  left join {{ source('raw', 'register_form') }} as forms on forms.form_id = sub.form_id
  left join {{ source('raw', 'register_calendar') }} as calendar
    on calendar.form_id = sub.form_id and calendar.period = sub.period
  where {{ only_changed('coalesce(sub.period, 0)') }}
),

ranked as (
  select
    judged.*,
    row_number() over (
      partition by provider_id, form_id, period, stands_alone
      order by case when return_status in ('RETURNED', 'HELD') then 1 else 0 end, n_must_fix, ledger_seq desc
    ) as preference,
    lag(submission_id) over (partition by provider_id, form_id, period, stands_alone order by ledger_seq) as replaces
  from judged
)

select
  submission_id,
  ledger_seq,
  provider_id,
  form_id,
  coalesce(period, 0) as period,
  file_name,
  channel,
  received_at,
  due_at,
  is_late,
  version_no,
  replaces,
  n_cells,
  n_filled,
  n_must_fix,
  n_must_explain,
  n_hints,
  return_status,
  preference = 1 and return_status not in ('RETURNED', 'HELD') and form_id is not null and period is not null as is_in_force
from ranked
