-- 台账: every submission in the order received: who, what, when, by which channel, which bytes, replacing what.
select
  cast(submissions.ledger_seq as integer) as ledger_seq,
  submissions.submission_id,
  submissions.provider_id,
  returns.form_id,
  returns.period,
  submissions.file_name,
  submissions.channel,
  submissions.received_at,
  submissions.sha256,
  submissions.size_bytes,
  returns.replaces,
  returns.return_status,
  returns.is_in_force,
  concat(cast(submissions.received_at as varchar), ' 经渠道 ', submissions.channel, ' 收到，', case when returns.replaces is null then '首次报送' else concat('更正 ', returns.replaces) end) as why_zh,
  concat('Received ', cast(submissions.received_at as varchar), ' by ', submissions.channel, case when returns.replaces is null then ', first return' else concat(', replaces ', returns.replaces) end) as why_en
from {{ source('raw', 'submission') }} as submissions
inner join {{ ref('val_returns') }} as returns on returns.submission_id = submissions.submission_id
where {{ only_changed('returns.period') }}
