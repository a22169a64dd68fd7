-- Written by expectations/compiler.py from expectations/rules/scheme.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  select
    returns.submission_id, returns.provider_id,
    cast(null as {{ text }}) as unit_code, cast(null as {{ text }}) as indicator,
    coalesce(returns.period, 0) as period,
    findings.sheet, findings.row_no, findings.col_no, findings.cell,
    findings.rule_code as finding_code, findings.seen as seen_text,
    findings.message_zh, findings.message_en,
    findings.mend_zh as finding_mend_zh, findings.mend_en as finding_mend_en
  from {{ source('raw', 'submission') }} as returns
  left join {{ source('raw', 'scheme_finding') }} as findings on findings.submission_id = returns.submission_id
  where {{ only_changed('coalesce(returns.period, 0)') }}
),

judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (finding_code is not null and finding_code not in ('SC00', 'SC01', 'SC02', 'SC03', 'SC04', 'SC05', 'SC06', 'SC07', 'SC08', 'SC09', 'SC10', 'SC11', 'SC12', 'SC13', 'SC14', 'SC15', 'SC16', 'SC17', 'SC18', 'SC19', 'SC20', 'SC21', 'SC22', 'SC23', 'SC24', 'SC25', 'SC26', 'SC27', 'SC28', 'SC31', 'SC32', 'SC33', 'SC34', 'SC35')) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_sc00
  from tested
),

failing as (
  select * from judged
  where outcome_sc00 = 'FAIL' or finding_code is not null
)

-- SC00 未登记的方案问题 / A problem of a scheme that is not in the catalogue
select
  'SC00' as rule_code,
  cast(1 as integer) as rule_version,
  'E' as severity,
  submission_id,
  provider_id,
  unit_code,
  indicator,
  period,
  sheet,
  row_no,
  col_no,
  cell,
  coalesce(cast(seen_text as {{ text }}), '（空）') as seen,
  '没有缺漏和矛盾的方案' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  coalesce(cast(message_zh as {{ text }}), '（空）') as why_zh,
  coalesce(cast(message_en as {{ text }}), '(none)') as why_en,
  coalesce(cast(finding_mend_zh as {{ text }}), '（空）') as mend_zh,
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_sc00 = 'FAIL'

union all

-- the codes that the catalogue declares
select
  listed.rule_code as rule_code,
  listed.rule_version as rule_version,
  listed.severity as severity,
  submission_id,
  provider_id,
  unit_code,
  indicator,
  period,
  sheet,
  row_no,
  col_no,
  cell,
  coalesce(cast(seen_text as {{ text }}), '（空）') as seen,
  '没有缺漏和矛盾的方案' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  coalesce(cast(message_zh as {{ text }}), '（空）') as why_zh,
  coalesce(cast(message_en as {{ text }}), '(none)') as why_en,
  coalesce(cast(finding_mend_zh as {{ text }}), '（空）') as mend_zh,
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en,
  cast(least(greatest(coalesce(1, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
inner join (select 'SC01' as rule_code, 1 as rule_version, 'W' as severity union all select 'SC02' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC03' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC04' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC05' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC06' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC07' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC08' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC09' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC10' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC11' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC12' as rule_code, 1 as rule_version, 'W' as severity union all select 'SC13' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC14' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC15' as rule_code, 1 as rule_version, 'W' as severity union all select 'SC16' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC17' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC18' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC19' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC20' as rule_code, 1 as rule_version, 'W' as severity union all select 'SC21' as rule_code, 1 as rule_version, 'W' as severity union all select 'SC22' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC23' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC24' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC25' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC26' as rule_code, 1 as rule_version, 'W' as severity union all select 'SC27' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC28' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC31' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC32' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC33' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC34' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC35' as rule_code, 1 as rule_version, 'E' as severity) as listed on listed.rule_code = failing.finding_code
