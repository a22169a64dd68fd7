-- What providers answered to their slips: corrections, explanations, requests for exemption, each with what became of it so far:
-- applied, or what the latest ruling given after it said.
with answered as (
  select
    answers.*,
    asked.submission_id is not null as is_own,
    corrections.submission_id as correction
  from {{ ref('stg_answers') }} as answers
  left join {{ source('raw', 'submission') }} as asked
    on asked.submission_id = answers.submission_answered and asked.provider_id = answers.provider_id
  left join {{ source('raw', 'submission') }} as corrections
    on corrections.channel = 'answers' and corrections.provider_id = answers.provider_id
    and corrections.file_name = concat(answers.submission_id, '.xlsx')
  where {{ only_changed('answers.period') }}
),

rulings as (
  select
    answered.submission_id, answered.sheet, answered.row_no,
    hits.ruling_id, hits.ruling_state,
    row_number() over (partition by answered.submission_id, answered.sheet, answered.row_no order by hits.ruling_seq desc, hits.ruling_id) as recency
  from answered
  inner join {{ ref('val_ruled_hits') }} as hits
    on hits.submission_id = answered.submission_answered and hits.rule_code = answered.rule_code and hits.ruling_seq > answered.ledger_seq
    and coalesce(hits.sheet, '') = coalesce(answered.answered_sheet, '')
    and concat(' ', coalesce(answered.answered_cell, ''), ' ') like concat('% ', coalesce(hits.cell, ''), ' %')
),

judged as (
  select
    answered.*,
    rulings.ruling_id,
    ruled.decision,
    ruled.decision_en,
    ruled.note,
    ruled.ruled_by,
    case
      when not answered.is_own then 'NOT_YOURS'
      when answered.choice is null or answered.choice not in ('更正', '说明', '申请豁免') then 'UNREADABLE'
      when answered.choice = '更正' and correction is not null and new_value is not null then 'APPLIED'
      else coalesce(rulings.ruling_state, 'RECEIVED')
    end as state
  from answered
  left join rulings
    on rulings.submission_id = answered.submission_id and rulings.sheet = answered.sheet and rulings.row_no = answered.row_no and rulings.recency = 1
  left join {{ ref('val_rulings') }} as ruled on ruled.ruling_id = rulings.ruling_id
)

select
  concat(submission_id, ':', sheet, '!', cast(row_no as varchar)) as answer_id,
  submission_id,
  provider_id,
  period,
  submission_answered,
  rule_code,
  answered_sheet,
  answered_cell,
  seen,
  choice,
  new_value,
  reason,
  evidence,
  try_cast(valid_until as date) as valid_until,
  correction,
  ruling_id,
  state,
  case state when 'NOT_YOURS' then '所答报送不属于本单位' when 'UNREADABLE' then '答复选项无法识别'
    when 'APPLIED' then '已据此更正' when 'RECEIVED' then '已收到' else decision end as state_zh,
  case state
    when 'NOT_YOURS' then '所答的报送编号不是本单位报送的，不予采用'
    when 'UNREADABLE' then '答复只能是更正、说明或申请豁免，请重新选择'
    when 'APPLIED' then concat('已按所填的值生成更正后的报表 ', correction)
    when 'RECEIVED' then '已收到，待绩效管理办公室处理'
    else concat(decision, '：', note, '（', ruled_by, '）')
  end as why_zh,
  case state
    when 'NOT_YOURS' then 'The submission answered is not of this provider; not used'
    when 'UNREADABLE' then 'The answer is none of the three choices; please choose again'
    when 'APPLIED' then concat('A corrected return was made with the value given: ', correction)
    when 'RECEIVED' then 'Received; the performance office has yet to rule'
    else concat(decision_en, ': ', note, ' (', ruled_by, ')')
  end as why_en
from judged
