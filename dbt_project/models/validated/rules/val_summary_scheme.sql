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

counted as (
  select
    period,
    count(case when outcome_sc00 in ('PASS', 'FAIL') then 1 end) as sc00_checked,
    count(case when outcome_sc00 in ('FAIL') then 1 end) as sc00_violations,
    count(case when outcome_sc00 in ('NOT_APPLICABLE') then 1 end) as sc00_not_applicable,
    count(case when outcome_sc00 in ('TOO_FEW_POINTS') then 1 end) as sc00_too_few,
    count(case when outcome_sc00 in ('NOT_RUN') then 1 end) as sc00_not_run
  from judged
  group by period
)

select 'SC00' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  sc00_checked as n_checked, sc00_violations as n_violations, sc00_not_applicable as n_not_applicable, sc00_too_few as n_too_few, sc00_not_run as n_not_run
from counted
union all
select listed.rule_code, cast(listed.rule_version as integer) as rule_version, listed.severity, judged.period,
  count(*) as n_checked, count(case when judged.finding_code = listed.rule_code then 1 end) as n_violations,
  cast(0 as bigint) as n_not_applicable, cast(0 as bigint) as n_too_few, cast(0 as bigint) as n_not_run
from judged
cross join (select 'SC01' as rule_code, 1 as rule_version, 'W' as severity union all select 'SC02' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC03' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC04' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC05' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC06' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC07' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC08' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC09' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC10' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC11' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC12' as rule_code, 1 as rule_version, 'W' as severity union all select 'SC13' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC14' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC15' as rule_code, 1 as rule_version, 'W' as severity union all select 'SC16' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC17' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC18' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC19' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC20' as rule_code, 1 as rule_version, 'W' as severity union all select 'SC21' as rule_code, 1 as rule_version, 'W' as severity union all select 'SC22' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC23' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC24' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC25' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC26' as rule_code, 1 as rule_version, 'W' as severity union all select 'SC27' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC28' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC31' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC32' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC33' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC34' as rule_code, 1 as rule_version, 'E' as severity union all select 'SC35' as rule_code, 1 as rule_version, 'E' as severity) as listed
group by listed.rule_code, listed.rule_version, listed.severity, judged.period
