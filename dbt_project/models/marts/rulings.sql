-- Every line of every ruling sheet and what it does: in force, replaced by a later one, past its last day, refused with the reasons,
-- or on a point that tonight's rules do not raise.
with bound as (
  select ruling_id, count(distinct finding_id) as n_findings
  from {{ ref('val_ruled_hits') }}
  where ruling_id is not null
  group by ruling_id
),

raised as (
  select
    rulings.ruling_id,
    max(case when hits.rule_version = rulings.rule_version then 1 else 0 end) as is_raised,
    max(hits.rule_version) as rule_version_now
  from {{ ref('val_rulings') }} as rulings
  inner join {{ ref('val_ruled_hits') }} as hits
    on hits.submission_id = rulings.ruled_submission and hits.rule_code = rulings.rule_code
    and coalesce(hits.sheet, '') = coalesce(rulings.ruled_sheet, '')
    and concat(' ', coalesce(rulings.ruled_cell, ''), ' ') like concat('% ', coalesce(hits.cell, ''), ' %')
  where {{ only_changed('rulings.period') }}
  group by rulings.ruling_id
),

judged as (
  select
    rulings.*,
    coalesce(bound.n_findings, 0) as n_findings,
    raised.rule_version_now,
    case
      when not rulings.is_valid then 'REFUSED'
      when coalesce(raised.is_raised, 0) = 0 and raised.rule_version_now is not null then 'OTHER_VERSION'
      when coalesce(raised.is_raised, 0) = 0 then 'NOT_RAISED'
      when bound.ruling_id is null then 'SUPERSEDED'
      when rulings.valid_until < cast(night.as_of as date) then 'EXPIRED'
      else 'IN_FORCE'
    end as standing
  from {{ ref('val_rulings') }} as rulings
  cross join {{ source('raw', 'night') }} as night
  left join bound on bound.ruling_id = rulings.ruling_id
  left join raised on raised.ruling_id = rulings.ruling_id
  where {{ only_changed('rulings.period') }}
)

select
  ruling_id,
  submission_id,
  provider_id,
  period,
  ruled_submission,
  ruled_provider,
  rule_code,
  cast(rule_version as integer) as rule_version,
  ruled_sheet,
  ruled_cell,
  decision,
  decision_en,
  note,
  document,
  ruled_by,
  ruled_on,
  valid_until,
  received_at,
  standing,
  cast(n_findings as integer) as n_findings,
  case standing
    when 'REFUSED' then concat('不予采用：', concat_ws('；',
      case when is_own then '不得裁定本单位报送的数据' end,
      case when not is_known then '裁定的对象不存在' end,
      case when not has_right then '无权裁定' end,
      case when not is_complete then '裁定、理由、裁定人、日期或规则版本未填写完整' end,
      case when not has_basis then '豁免未填截止日期或文号' end,
      case when not is_current then '收到时已过有效期' end,
      case when not is_allowed then '强制性疑点不能以此方式了结' end))
    when 'OTHER_VERSION' then concat('该规则现为第 ', cast(rule_version_now as varchar), ' 版，裁定针对的是第 ', cast(rule_version as varchar), ' 版，须重新裁定')
    when 'NOT_RAISED' then '本次运行未提出该疑点'
    when 'SUPERSEDED' then '已被后来的裁定替代'
    when 'EXPIRED' then concat('有效期至 ', cast(valid_until as varchar), '，已到期')
    else concat('现行有效', coalesce('，至 ' || cast(valid_until as varchar), ''), '，涉及 ', cast(n_findings as varchar), ' 条疑点')
  end as why_zh,
  case standing
    when 'REFUSED' then concat('Not used: ', concat_ws('; ',
      case when is_own then 'a ruling on one''s own figure' end,
      case when not is_known then 'what it rules on does not exist' end,
      case when not has_right then 'not entitled to rule on it' end,
      case when not is_complete then 'ruling, reason, name, date or rule version is missing' end,
      case when not has_basis then 'an exemption without a last day or a basis' end,
      case when not is_current then 'expired when it came' end,
      case when not is_allowed then 'a must-fix point cannot be ended this way' end))
    when 'OTHER_VERSION' then concat('The rule is now version ', cast(rule_version_now as varchar), ', the ruling was on version ', cast(rule_version as varchar), '; rule again')
    when 'NOT_RAISED' then 'The rules do not raise this point in this run'
    when 'SUPERSEDED' then 'Replaced by a later ruling'
    when 'EXPIRED' then concat('Valid until ', cast(valid_until as varchar), ', which has passed')
    else concat('In force', coalesce(' until ' || cast(valid_until as varchar), ''), '; ', cast(n_findings as varchar), ' findings')
  end as why_en
from judged
