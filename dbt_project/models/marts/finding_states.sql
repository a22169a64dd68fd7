-- Every finding ever raised with its present state: one row per rule version, cell and value. A changed value is another finding.
-- A finding is in each state whose condition it meets; the one with the highest precedence is published (seed finding_state_precedence).
-- first_seen and last_seen are receipts of the returns that carry the finding, never the clock.
with hits as (
  select ruled.*, submissions.received_at, rules.title_zh as rule_zh, rules.title_en as rule_en
  from {{ ref('val_ruled_hits') }} as ruled
  inner join {{ source('raw', 'submission') }} as submissions on submissions.submission_id = ruled.submission_id
  inner join {{ source('raw', 'register_rule') }} as rules on rules.rule_code = ruled.rule_code
  where {{ only_changed('ruled.period') }}
),

-- the return that is to be answered for: the latest that was not sent back whole; one sent back after it is listed beside it
latest_returns as (
  select
    provider_id, form_id, period,
    coalesce(max(case when return_status not in ('RETURNED', 'HELD') then ledger_seq end), max(ledger_seq)) as ledger_seq
  from {{ ref('val_returns') }}
  where {{ only_changed('period') }}
  group by provider_id, form_id, period
),

seen as (
  select finding_id, min(ledger_seq) as first_seq, max(ledger_seq) as last_seq, min(received_at) as first_seen, max(received_at) as last_seen,
    count(distinct submission_id) as n_returns
  from hits
  group by finding_id
),

latest as (
  select hits.*, row_number() over (partition by finding_id order by ledger_seq desc, sheet, row_no, col_no, why_zh) as recency
  from hits
),

replies as (
  select
    hits.finding_id, answers.answer_id, answers.choice, answers.reason, answers.evidence, submissions.ledger_seq,
    row_number() over (partition by hits.finding_id order by submissions.ledger_seq desc, answers.answer_id) as recency
  from {{ ref('answers') }} as answers
  inner join {{ source('raw', 'submission') }} as submissions on submissions.submission_id = answers.submission_id
  inner join hits
    on hits.submission_id = answers.submission_answered and hits.rule_code = answers.rule_code
    and coalesce(hits.sheet, '') = coalesce(answers.answered_sheet, '')
    and concat(' ', coalesce(answers.answered_cell, ''), ' ') like concat('% ', coalesce(hits.cell, ''), ' %')
  where answers.state not in ('NOT_YOURS', 'UNREADABLE')
),

corrected as (
  select provider_id, form_id, period, ledger_seq, unit_code, indicator, max(value) as value
  from {{ ref('stg_figures') }}
  where {{ only_changed('period') }} and value is not null
  group by provider_id, form_id, period, ledger_seq, unit_code, indicator
),

standing as (
  select
    latest.*,
    seen.first_seen, seen.last_seen, seen.n_returns,
    rulings.decision, rulings.note, rulings.document, rulings.ruled_by, rulings.ruled_on,
    replies.answer_id, replies.choice, replies.reason, replies.evidence as reply_evidence,
    seen.last_seq < latest_returns.ledger_seq as is_gone,
    seen.first_seq = seen.last_seq as is_new,
    replies.ledger_seq > coalesce(latest.ruling_seq, 0) as is_replied,
    seen.last_seq < latest_returns.ledger_seq and corrected.value <> latest.value as is_corrected
  from latest
  inner join seen on seen.finding_id = latest.finding_id
  left join latest_returns
    on latest_returns.provider_id = latest.provider_id and latest_returns.form_id = latest.form_id and latest_returns.period = latest.period
  left join {{ ref('val_rulings') }} as rulings on rulings.ruling_id = latest.ruling_id
  left join replies on replies.finding_id = latest.finding_id and replies.recency = 1
  left join corrected
    on corrected.provider_id = latest.provider_id and corrected.form_id = latest.form_id and corrected.period = latest.period
    and corrected.ledger_seq = latest_returns.ledger_seq and corrected.unit_code = latest.unit_code and corrected.indicator = latest.indicator
  where latest.recency = 1
),

holding as (
  select finding_id, 'FIXED' as state from standing where is_gone
  union all
  select finding_id, visit_state from standing where visit_state is not null
  union all
  select finding_id, ruling_state from standing
  where ruling_state in ('CLEARED', 'UPHELD') or (ruling_state in ('WAIVED', 'ACCEPTED') and not is_past)
    or (ruling_state in ('ASKED_BACK', 'REJECTED') and not coalesce(is_replied, false))
  union all
  select finding_id, 'EXPIRED' from standing where is_past and not coalesce(is_replied, false)
  union all
  select finding_id, 'REPLIED' from standing where is_replied
  union all
  select finding_id, case when is_new then 'NEW' else 'OPEN' end from standing
),

placed as (
  select holding.finding_id, states.*, row_number() over (partition by holding.finding_id order by states.precedence) as place
  from holding
  inner join {{ ref('finding_state_precedence') }} as states on states.state = holding.state
)

select
  standing.finding_id,
  standing.rule_code,
  cast(standing.rule_version as integer) as rule_version,
  standing.rule_zh,
  standing.rule_en,
  standing.severity,
  standing.counts_as,
  standing.provider_id,
  standing.form_id,
  standing.period,
  standing.unit_code,
  standing.indicator,
  standing.submission_id,
  standing.sheet,
  standing.cell,
  standing.seen,
  standing.value_hash,
  placed.state,
  placed.state_zh,
  placed.state_en,
  placed.needs_answer and standing.severity <> 'I' as needs_answer,
  placed.is_settled,
  standing.first_seen,
  standing.last_seen,
  cast(standing.n_returns as integer) as n_returns,
  standing.answer_id,
  concat(standing.choice, coalesce('：' || standing.reason, ''), coalesce('（' || standing.reply_evidence || '）', '')) as reply,
  standing.ruling_id,
  standing.decision,
  standing.note,
  standing.document,
  standing.ruled_by,
  standing.valid_until,
  standing.visit_id,
  standing.silenced_by,
  -- what became of it in the end, for the precision of rules; a provider that mends the figure grants the point
  case
    when standing.visit_state is not null then standing.visit_state
    when standing.ruling_state in ('UPHELD', 'CLEARED', 'ACCEPTED', 'WAIVED') then standing.ruling_state
    when standing.is_corrected then 'CORRECTED'
  end as outcome,
  concat(placed.why_zh, case
    when placed.state in ('WAIVED', 'ACCEPTED', 'EXPIRED') and standing.valid_until is not null then concat('（至 ', cast(standing.valid_until as varchar), '）') else '' end,
    case when placed.state in ('UPHELD', 'CLEARED', 'WAIVED', 'ACCEPTED', 'ASKED_BACK', 'REJECTED') and standing.visit_state is null then concat('：', coalesce(standing.note, '')) else '' end) as why_zh,
  concat(placed.why_en, case
    when placed.state in ('WAIVED', 'ACCEPTED', 'EXPIRED') and standing.valid_until is not null then concat(' (until ', cast(standing.valid_until as varchar), ')') else '' end,
    case when placed.state in ('UPHELD', 'CLEARED', 'WAIVED', 'ACCEPTED', 'ASKED_BACK', 'REJECTED') and standing.visit_state is null then concat(': ', coalesce(standing.note, '')) else '' end) as why_en
from standing
inner join placed on placed.finding_id = standing.finding_id and placed.place = 1
