-- One row per submission: accepted, partly accepted or sent back, in force or replaced, and why.
select
  returns.submission_id,
  returns.provider_id,
  providers.name_zh as provider_zh,
  returns.form_id,
  returns.period,
  returns.file_name,
  returns.channel,
  returns.received_at,
  returns.due_at,
  returns.is_late,
  cast(returns.version_no as integer) as version_no,
  returns.replaces,
  returns.return_status,
  returns.is_in_force,
  cast(returns.n_cells as integer) as n_cells,
  cast(returns.n_filled as integer) as n_filled,
  cast(returns.n_must_fix as integer) as n_must_fix,
  cast(returns.n_must_explain as integer) as n_must_explain,
  cast(returns.n_hints as integer) as n_hints,
  case returns.return_status
    when 'ACCEPTED' then concat('没有未了结的强制性疑点，', case when returns.is_in_force then '现行有效' else '已被后续报表替代' end)
    when 'PARTLY_ACCEPTED' then concat('有 ', cast(returns.n_must_fix as varchar), ' 条强制性疑点，相应单元格隔离，其余', case when returns.is_in_force then '现行有效' else '未生效' end)
    when 'HELD' then '处理时出错，整份暂存待查，此前已接收的报表继续有效'
    else '因结构性问题整表退回，此前已接收的报表继续有效'
  end as why_zh,
  case returns.return_status
    when 'ACCEPTED' then concat('No must-fix point is open; ', case when returns.is_in_force then 'in force' else 'replaced by a later return' end)
    when 'PARTLY_ACCEPTED' then concat(cast(returns.n_must_fix as varchar), ' must-fix points: their cells are held back, the rest is ', case when returns.is_in_force then 'in force' else 'not in use' end)
    when 'HELD' then 'Processing failed: held back as a whole; what was accepted before stays in force'
    else 'Sent back whole for its structure; what was accepted before stays in force'
  end as why_en
from {{ ref('val_returns') }} as returns
left join {{ source('raw', 'register_provider') }} as providers on providers.provider_id = returns.provider_id
where {{ only_changed('returns.period') }}
