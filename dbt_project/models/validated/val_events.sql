-- Events that count: on the lists in force, without any must-fix hit on their row, and never without a document. One document on
-- one matter counts once, whoever reports it.
with in_force as (
  select
    events.*, providers.province_code,
    row_number() over (
      partition by providers.province_code, events.period, events.unit_code, events.event_code, events.document
      order by events.ledger_seq, events.row_no
    ) as choice
  from {{ ref('stg_events') }} as events
  inner join {{ ref('val_returns') }} as returns on returns.submission_id = events.submission_id and returns.is_in_force
  inner join {{ source('raw', 'register_provider') }} as providers on providers.provider_id = events.provider_id
  left join (
    select submission_id, sheet, row_no
    from {{ ref('val_ruled_hits') }}
    where counts_as = 'E' and {{ only_changed('period') }}
    group by submission_id, sheet, row_no
  ) as held on held.submission_id = events.submission_id and held.sheet = events.sheet and held.row_no = events.row_no
  where {{ only_changed('events.period') }} and held.submission_id is null
    and events.document is not null and events.unit_code is not null and events.event_code is not null
)

select
  province_code, unit_code, period, event_code, coalesce(quantity, 1) as quantity, severity, document, document_date, note,
  submission_id, provider_id, sheet, row_no
from in_force
where choice = 1
