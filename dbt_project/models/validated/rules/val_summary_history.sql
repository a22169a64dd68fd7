-- Written by expectations/compiler.py from expectations/rules/history.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  select * from {{ ref('val_expected') }}
  where {{ only_changed('period') }}
),

judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(level is null, false) then 'NOT_APPLICABLE'
      when coalesce(not is_between, false) then 'TOO_FEW_POINTS'
      else case (off >= 4) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_yr02,
    case
      when not coalesce(true, false) then null
      when coalesce(level is null, false) then 'NOT_APPLICABLE'
      when coalesce(n_before < 1, false) then 'TOO_FEW_POINTS'
      else case (off_then >= 3) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_jp01,
    case
      when not coalesce(true, false) then null
      when coalesce(level is null, false) then 'NOT_APPLICABLE'
      when coalesce(n_years < 2, false) then 'TOO_FEW_POINTS'
      else case (off >= 2.5 and off < case when is_between then 4 else 3 end) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_jp02,
    case
      when not coalesce(n_before = 0, false) then null
      when coalesce(level is null, false) then 'NOT_APPLICABLE'
      when coalesce(n_years < 1, false) then 'TOO_FEW_POINTS'
      else case (off >= 3) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_jp03
  from tested
),

counted as (
  select
    period,
    count(case when outcome_yr02 in ('PASS', 'FAIL') then 1 end) as yr02_checked,
    count(case when outcome_yr02 in ('FAIL') then 1 end) as yr02_violations,
    count(case when outcome_yr02 in ('NOT_APPLICABLE') then 1 end) as yr02_not_applicable,
    count(case when outcome_yr02 in ('TOO_FEW_POINTS') then 1 end) as yr02_too_few,
    count(case when outcome_yr02 in ('NOT_RUN') then 1 end) as yr02_not_run,
    count(case when outcome_jp01 in ('PASS', 'FAIL') then 1 end) as jp01_checked,
    count(case when outcome_jp01 in ('FAIL') then 1 end) as jp01_violations,
    count(case when outcome_jp01 in ('NOT_APPLICABLE') then 1 end) as jp01_not_applicable,
    count(case when outcome_jp01 in ('TOO_FEW_POINTS') then 1 end) as jp01_too_few,
    count(case when outcome_jp01 in ('NOT_RUN') then 1 end) as jp01_not_run,
    count(case when outcome_jp02 in ('PASS', 'FAIL') then 1 end) as jp02_checked,
    count(case when outcome_jp02 in ('FAIL') then 1 end) as jp02_violations,
    count(case when outcome_jp02 in ('NOT_APPLICABLE') then 1 end) as jp02_not_applicable,
    count(case when outcome_jp02 in ('TOO_FEW_POINTS') then 1 end) as jp02_too_few,
    count(case when outcome_jp02 in ('NOT_RUN') then 1 end) as jp02_not_run,
    count(case when outcome_jp03 in ('PASS', 'FAIL') then 1 end) as jp03_checked,
    count(case when outcome_jp03 in ('FAIL') then 1 end) as jp03_violations,
    count(case when outcome_jp03 in ('NOT_APPLICABLE') then 1 end) as jp03_not_applicable,
    count(case when outcome_jp03 in ('TOO_FEW_POINTS') then 1 end) as jp03_too_few,
    count(case when outcome_jp03 in ('NOT_RUN') then 1 end) as jp03_not_run
  from judged
  group by period
)

select 'YR02' as rule_code, cast(2 as integer) as rule_version, 'W' as severity, period,
  yr02_checked as n_checked, yr02_violations as n_violations, yr02_not_applicable as n_not_applicable, yr02_too_few as n_too_few, yr02_not_run as n_not_run
from counted
union all
select 'JP01' as rule_code, cast(2 as integer) as rule_version, 'W' as severity, period,
  jp01_checked as n_checked, jp01_violations as n_violations, jp01_not_applicable as n_not_applicable, jp01_too_few as n_too_few, jp01_not_run as n_not_run
from counted
union all
select 'JP02' as rule_code, cast(1 as integer) as rule_version, 'I' as severity, period,
  jp02_checked as n_checked, jp02_violations as n_violations, jp02_not_applicable as n_not_applicable, jp02_too_few as n_too_few, jp02_not_run as n_not_run
from counted
union all
select 'JP03' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  jp03_checked as n_checked, jp03_violations as n_violations, jp03_not_applicable as n_not_applicable, jp03_too_few as n_too_few, jp03_not_run as n_not_run
from counted
