-- A provider's record by form and period: on time, complete, right at the first pass.
with first_returns as (
  select provider_id, form_id, period, is_late, return_status, n_must_fix
  from {{ ref('val_returns') }}
  where version_no = 1 and form_id is not null and {{ only_changed('period') }}
),

nil_returns as (
  select provider_id, form_id, period, received_at
  from {{ ref('val_nil_returns') }}
  where {{ only_changed('period') }}
),

counts as (
  select provider_id, form_id, period, count(*) as n_returns, sum(n_must_explain) as n_must_explain
  from {{ ref('val_returns') }}
  where form_id is not null and {{ only_changed('period') }}
  group by provider_id, form_id, period
),

grid as (
  select
    provider_id, form_id, period, min(due_at) as due_at,
    count(*) as n_owed,
    sum(case when status in ('ACCEPTED', 'MARKED', 'QUARANTINED', 'NOT_APPLICABLE', 'NIL') then 1 else 0 end) as n_reported,
    sum(case when status in ('ACCEPTED', 'MARKED') then 1 else 0 end) as n_usable,
    sum(case when status = 'MARKED' then 1 else 0 end) as n_marked,
    sum(case when status = 'NIL' then 1 else 0 end) as n_nil,
    sum(case when status = 'MISSING' then 1 else 0 end) as n_missing,
    sum(case when status = 'QUARANTINED' then 1 else 0 end) as n_quarantined,
    sum(case when status = 'NOT_YET_DUE' then 1 else 0 end) as n_not_yet_due
  from {{ ref('val_grid') }}
  where {{ only_changed('period') }}
  group by provider_id, form_id, period
)

select
  grid.provider_id,
  providers.name_zh as provider_zh,
  providers.name_en as provider_en,
  grid.form_id,
  grid.period,
  grid.due_at,
  case
    when first_returns.provider_id is null and nil_returns.provider_id is not null then 'NIL'
    when first_returns.provider_id is null and grid.n_not_yet_due > 0 then 'NOT_YET_DUE'
    when first_returns.provider_id is null then 'NO_RETURN'
    when first_returns.is_late then 'LATE'
    else 'ON_TIME'
  end as timeliness,
  cast(grid.n_owed as integer) as n_owed,
  cast(grid.n_reported as integer) as n_reported,
  {{ exact_div('grid.n_reported * 100', 'grid.n_owed', 2) }} as completeness_pct,
  cast(grid.n_usable as integer) as n_usable,
  cast(grid.n_nil as integer) as n_nil,
  cast(grid.n_missing as integer) as n_missing,
  cast(grid.n_marked as integer) as n_marked,
  cast(grid.n_quarantined as integer) as n_quarantined,
  coalesce(first_returns.return_status = 'ACCEPTED', false) as first_pass,
  cast(coalesce(counts.n_returns, 0) as integer) as n_returns,
  concat(
    case when first_returns.provider_id is null and nil_returns.provider_id is not null then '零报告'
      when first_returns.provider_id is null and grid.n_not_yet_due > 0 then '未到期'
      when first_returns.provider_id is null then '未报送'
      when first_returns.is_late then '迟报' else '按时' end,
    '；应报 ', cast(grid.n_owed as varchar), ' 格，已报 ', cast(grid.n_reported as varchar), ' 格；',
    case when coalesce(first_returns.return_status = 'ACCEPTED', false) then '首次报送没有强制性疑点'
      when nil_returns.provider_id is not null and first_returns.provider_id is null then '说明本期无数据发生'
      when first_returns.provider_id is null then '尚无报表'
      else concat('首次报送有 ', cast(first_returns.n_must_fix as varchar), ' 条强制性疑点') end) as why_zh,
  concat(
    case when first_returns.provider_id is null and nil_returns.provider_id is not null then 'Nil return'
      when first_returns.provider_id is null and grid.n_not_yet_due > 0 then 'Not yet due'
      when first_returns.provider_id is null then 'Nothing received'
      when first_returns.is_late then 'Late' else 'On time' end,
    '; ', cast(grid.n_reported as varchar), ' of ', cast(grid.n_owed as varchar), ' cells reported; ',
    case when coalesce(first_returns.return_status = 'ACCEPTED', false) then 'clear at the first pass'
      when nil_returns.provider_id is not null and first_returns.provider_id is null then 'no data arose, it states'
      when first_returns.provider_id is null then 'no return yet'
      else concat(cast(first_returns.n_must_fix as varchar), ' must-fix hits at the first pass') end) as why_en
from grid
inner join {{ source('raw', 'register_provider') }} as providers on providers.provider_id = grid.provider_id
left join first_returns
  on first_returns.provider_id = grid.provider_id and first_returns.form_id = grid.form_id and first_returns.period = grid.period
left join nil_returns
  on nil_returns.provider_id = grid.provider_id and nil_returns.form_id = grid.form_id and nil_returns.period = grid.period
left join counts
  on counts.provider_id = grid.provider_id and counts.form_id = grid.form_id and counts.period = grid.period
