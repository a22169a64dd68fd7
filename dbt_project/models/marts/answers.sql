-- What providers answered to their slips: corrections, explanations, requests for exemption, each with what became of it so far.
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

judged as (
  select
    answered.*,
    case
      when not is_own then 'NOT_YOURS'
      when choice is null or choice not in ('更正', '说明', '申请豁免') then 'UNREADABLE'
      when choice = '更正' and correction is not null and new_value is not null then 'APPLIED'
      else 'RECEIVED'
    end as state
  from answered
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
  state,
  case state when 'NOT_YOURS' then '所答报送不属于本单位' when 'UNREADABLE' then '答复选项无法识别'
    when 'APPLIED' then '已据此更正' else '已收到' end as state_zh,
  case state
    when 'NOT_YOURS' then '所答的报送编号不是本单位报送的，不予采用'
    when 'UNREADABLE' then '答复只能是更正、说明或申请豁免，请重新选择'
    when 'APPLIED' then concat('已按所填的值生成更正后的报表 ', correction)
    else '已收到，待绩效管理办公室处理'
  end as why_zh,
  case state
    when 'NOT_YOURS' then 'The submission answered is not of this provider; not used'
    when 'UNREADABLE' then 'The answer is none of the three choices; please choose again'
    when 'APPLIED' then concat('A corrected return was made with the value given: ', correction)
    else 'Received; the performance office has yet to rule'
  end as why_en
from judged
