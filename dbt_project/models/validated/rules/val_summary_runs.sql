-- Written by expectations/compiler.py from expectations/rules/runs.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  select
    figures.*, length(trim(both '0' from figures.digits)) as n_digits,
    abs((value - value_b1) - (value_b1 - value_b2)) as unevenness,
    abs(value - value_b1) as step,
    ln(nullif(abs(cast(value as double)), 0)) - 2 * ln(nullif(abs(cast(value_b1 as double)), 0)) + ln(nullif(abs(cast(value_b2 as double)), 0)) as bend_now,
    ln(nullif(abs(cast(value_a1 as double)), 0)) - 2 * ln(nullif(abs(cast(value as double)), 0)) + ln(nullif(abs(cast(value_b1 as double)), 0)) as bend_next
  from {{ ref('val_expected') }} as figures
  where {{ only_changed('figures.period') }}
),

judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(coalesce(value = hard_high or value = hard_low, false), false) then 'NOT_APPLICABLE'
      when coalesce(value_b1 is null or value_b2 is null or n_digits < 3, false) then 'TOO_FEW_POINTS'
      else case (value = value_b1 and value_b1 = value_b2) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_fz01,
    case
      when not coalesce(true, false) then null
      when coalesce(level is null or not is_positive, false) then 'NOT_APPLICABLE'
      when coalesce(value_b1 is null or value_b2 is null or step < 100 * tick, false) then 'TOO_FEW_POINTS'
      else case (unevenness <= tick) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_fz02,
    case
      when not coalesce(true, false) then null
      when coalesce(level is null or not is_positive, false) then 'NOT_APPLICABLE'
      when coalesce(bend_now is null or bend_next is null or value = value_b1 or rounding > 0.0005, false) then 'TOO_FEW_POINTS'
      else case (abs(bend_now) <= 0.0005 + 2 * rounding and abs(bend_next) <= 0.0005 + 2 * rounding) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_fz03
  from tested
),

counted as (
  select
    period,
    count(case when outcome_fz01 in ('PASS', 'FAIL') then 1 end) as fz01_checked,
    count(case when outcome_fz01 in ('FAIL') then 1 end) as fz01_violations,
    count(case when outcome_fz01 in ('NOT_APPLICABLE') then 1 end) as fz01_not_applicable,
    count(case when outcome_fz01 in ('TOO_FEW_POINTS') then 1 end) as fz01_too_few,
    count(case when outcome_fz01 in ('NOT_RUN') then 1 end) as fz01_not_run,
    count(case when outcome_fz02 in ('PASS', 'FAIL') then 1 end) as fz02_checked,
    count(case when outcome_fz02 in ('FAIL') then 1 end) as fz02_violations,
    count(case when outcome_fz02 in ('NOT_APPLICABLE') then 1 end) as fz02_not_applicable,
    count(case when outcome_fz02 in ('TOO_FEW_POINTS') then 1 end) as fz02_too_few,
    count(case when outcome_fz02 in ('NOT_RUN') then 1 end) as fz02_not_run,
    count(case when outcome_fz03 in ('PASS', 'FAIL') then 1 end) as fz03_checked,
    count(case when outcome_fz03 in ('FAIL') then 1 end) as fz03_violations,
    count(case when outcome_fz03 in ('NOT_APPLICABLE') then 1 end) as fz03_not_applicable,
    count(case when outcome_fz03 in ('TOO_FEW_POINTS') then 1 end) as fz03_too_few,
    count(case when outcome_fz03 in ('NOT_RUN') then 1 end) as fz03_not_run
  from judged
  group by period
)

select 'FZ01' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  fz01_checked as n_checked, fz01_violations as n_violations, fz01_not_applicable as n_not_applicable, fz01_too_few as n_too_few, fz01_not_run as n_not_run
from counted
union all
select 'FZ02' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  fz02_checked as n_checked, fz02_violations as n_violations, fz02_not_applicable as n_not_applicable, fz02_too_few as n_too_few, fz02_not_run as n_not_run
from counted
union all
select 'FZ03' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  fz03_checked as n_checked, fz03_violations as n_violations, fz03_not_applicable as n_not_applicable, fz03_too_few as n_too_few, fz03_not_run as n_not_run
from counted
