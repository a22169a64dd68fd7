-- Written by expectations/compiler.py from expectations/rules/rulings.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  select
    submission_id, provider_id, cast(null as {{ text }}) as unit_code, cast(null as {{ text }}) as indicator, period, sheet, row_no, col_no, cell,
    decision, state, ruled_submission, rule_code as ruled_rule, ruled_cell, valid_until, document, ruler_zh,
    is_known, is_own, has_right, has_basis, is_current, is_allowed, rule_code
  from {{ ref('val_rulings') }}
  where {{ only_changed('period') }}
),

judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (is_own) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ru01,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (not is_known) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ru02,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (not has_right) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ru03,
    case
      when not coalesce(true, false) then null
      when coalesce(state is null, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (not has_basis) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ru04,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (not is_current) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ru05,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (not is_allowed) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ru06
  from tested
),

counted as (
  select
    period,
    count(case when outcome_ru01 in ('PASS', 'FAIL') then 1 end) as ru01_checked,
    count(case when outcome_ru01 in ('FAIL') then 1 end) as ru01_violations,
    count(case when outcome_ru01 in ('NOT_APPLICABLE') then 1 end) as ru01_not_applicable,
    count(case when outcome_ru01 in ('TOO_FEW_POINTS') then 1 end) as ru01_too_few,
    count(case when outcome_ru01 in ('NOT_RUN') then 1 end) as ru01_not_run,
    count(case when outcome_ru02 in ('PASS', 'FAIL') then 1 end) as ru02_checked,
    count(case when outcome_ru02 in ('FAIL') then 1 end) as ru02_violations,
    count(case when outcome_ru02 in ('NOT_APPLICABLE') then 1 end) as ru02_not_applicable,
    count(case when outcome_ru02 in ('TOO_FEW_POINTS') then 1 end) as ru02_too_few,
    count(case when outcome_ru02 in ('NOT_RUN') then 1 end) as ru02_not_run,
    count(case when outcome_ru03 in ('PASS', 'FAIL') then 1 end) as ru03_checked,
    count(case when outcome_ru03 in ('FAIL') then 1 end) as ru03_violations,
    count(case when outcome_ru03 in ('NOT_APPLICABLE') then 1 end) as ru03_not_applicable,
    count(case when outcome_ru03 in ('TOO_FEW_POINTS') then 1 end) as ru03_too_few,
    count(case when outcome_ru03 in ('NOT_RUN') then 1 end) as ru03_not_run,
    count(case when outcome_ru04 in ('PASS', 'FAIL') then 1 end) as ru04_checked,
    count(case when outcome_ru04 in ('FAIL') then 1 end) as ru04_violations,
    count(case when outcome_ru04 in ('NOT_APPLICABLE') then 1 end) as ru04_not_applicable,
    count(case when outcome_ru04 in ('TOO_FEW_POINTS') then 1 end) as ru04_too_few,
    count(case when outcome_ru04 in ('NOT_RUN') then 1 end) as ru04_not_run,
    count(case when outcome_ru05 in ('PASS', 'FAIL') then 1 end) as ru05_checked,
    count(case when outcome_ru05 in ('FAIL') then 1 end) as ru05_violations,
    count(case when outcome_ru05 in ('NOT_APPLICABLE') then 1 end) as ru05_not_applicable,
    count(case when outcome_ru05 in ('TOO_FEW_POINTS') then 1 end) as ru05_too_few,
    count(case when outcome_ru05 in ('NOT_RUN') then 1 end) as ru05_not_run,
    count(case when outcome_ru06 in ('PASS', 'FAIL') then 1 end) as ru06_checked,
    count(case when outcome_ru06 in ('FAIL') then 1 end) as ru06_violations,
    count(case when outcome_ru06 in ('NOT_APPLICABLE') then 1 end) as ru06_not_applicable,
    count(case when outcome_ru06 in ('TOO_FEW_POINTS') then 1 end) as ru06_too_few,
    count(case when outcome_ru06 in ('NOT_RUN') then 1 end) as ru06_not_run
  from judged
  group by period
)

select 'RU01' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  ru01_checked as n_checked, ru01_violations as n_violations, ru01_not_applicable as n_not_applicable, ru01_too_few as n_too_few, ru01_not_run as n_not_run
from counted
union all
select 'RU02' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  ru02_checked as n_checked, ru02_violations as n_violations, ru02_not_applicable as n_not_applicable, ru02_too_few as n_too_few, ru02_not_run as n_not_run
from counted
union all
select 'RU03' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  ru03_checked as n_checked, ru03_violations as n_violations, ru03_not_applicable as n_not_applicable, ru03_too_few as n_too_few, ru03_not_run as n_not_run
from counted
union all
select 'RU04' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  ru04_checked as n_checked, ru04_violations as n_violations, ru04_not_applicable as n_not_applicable, ru04_too_few as n_too_few, ru04_not_run as n_not_run
from counted
union all
select 'RU05' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  ru05_checked as n_checked, ru05_violations as n_violations, ru05_not_applicable as n_not_applicable, ru05_too_few as n_too_few, ru05_not_run as n_not_run
from counted
union all
select 'RU06' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  ru06_checked as n_checked, ru06_violations as n_violations, ru06_not_applicable as n_not_applicable, ru06_too_few as n_too_few, ru06_not_run as n_not_run
from counted
