-- What each rule did in each period: how much it looked at, how much it hit, and whether Great Expectations found it clear overall.
-- Written anew each night: whether a rule held overall reaches the rows of every period.
{{ config(materialized='table') }}
select
  summary.rule_code,
  summary.period,
  summary.severity,
  cast(summary.n_checked as bigint) as n_checked,
  cast(summary.n_violations as bigint) as n_violations,
  cast(summary.n_not_applicable as bigint) as n_not_applicable,
  cast(summary.n_too_few as bigint) as n_too_few,
  case
    when summary.n_violations > 0 and summary.severity = 'E' then 'FAIL'
    when summary.n_violations > 0 then 'NEEDS_REVIEW'
    when summary.n_checked > 0 then 'PASS'
    when summary.n_too_few > 0 then 'TOO_FEW_POINTS'
    when summary.n_not_applicable > 0 then 'NOT_APPLICABLE'
    else 'NO_DATA'
  end as outcome,
  coalesce(results.success, true) as expectation_held,
  -- over all periods: a rule that never fires, or nearly always does, is itself in doubt
  case
    when sum(summary.n_checked) over (partition by summary.rule_code) > 0 and sum(summary.n_violations) over (partition by summary.rule_code) = 0 then 'NEVER_FIRES'
    when sum(summary.n_violations) over (partition by summary.rule_code) * 2 > sum(summary.n_checked) over (partition by summary.rule_code) then 'NEARLY_ALWAYS_FIRES'
  end as suspect_code,
  concat('核对 ', {{ plain('summary.n_checked') }}, ' 项，提出疑点 ', {{ plain('summary.n_violations') }}, ' 条；另有 ', {{ plain('summary.n_not_applicable') }}, ' 项不适用，', {{ plain('summary.n_too_few') }}, ' 项可比数据不足') as why_zh,
  concat(cast(summary.n_checked as varchar), ' checked, ', cast(summary.n_violations as varchar), ' points to verify, ', cast(summary.n_not_applicable as varchar), ' not applicable, ', cast(summary.n_too_few as varchar), ' with too few points') as why_en
from {{ ref('val_rule_summary') }} as summary
left join (
  select subject, bool_and(success) as success
  from {{ source('validated', 'expectation_results') }}
  where "check" = 'holds'
  group by subject
) as results
  on results.subject = summary.rule_code
