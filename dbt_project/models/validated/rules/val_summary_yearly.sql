-- Written by expectations/compiler.py from expectations/rules/yearly.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  with breaks as (
    select indicator, valid_from as period, count(*) as n
    from {{ source('raw', 'register_calibers') }}
    where not comparable_with_previous
    group by indicator, valid_from
  ),

  beside as (
    select
      figures.submission_id, figures.provider_id, figures.unit_code, figures.indicator, figures.period,
      figures.sheet, figures.row_no, figures.col_no, figures.cell,
      figures.value_text, figures.value_printed, figures.value, figures.printed_unit,
      figures.canonical_unit, figures.name_zh, figures.name_en,
      indicators.yoy_limit_pct, figures.hard_low, figures.hard_high,
      break_now.n is not null as is_break,
      figures.value_b1 is not null or figures.value_a1 is not null as has_neighbour,
      figures.value_b1 as raw_last_value,
      case when break_now.n is null then figures.value_b1 end as last_value,
      case when break_now.n is null and break_last.n is null then figures.value_b2 end as before_value,
      case when break_next.n is null then figures.value_a1 end as next_value,
      length(trim(both '0' from figures.digits)) as digits
    from {{ ref('val_expected') }} as figures
    left join {{ source('raw', 'register_indicators') }} as indicators on indicators.indicator = figures.indicator
    left join breaks as break_now on break_now.indicator = figures.indicator and break_now.period = figures.period
    left join breaks as break_last on break_last.indicator = figures.indicator and break_last.period = figures.period - 1
    left join breaks as break_next on break_next.indicator = figures.indicator and break_next.period = figures.period + 1
    where {{ only_changed('figures.period') }}
  ),

  -- doubles suffice here: a power of ten is told apart with a tolerance of a half
  measured as (
    select
      beside.*,
      (case when last_value is not null then 1 else 0 end) + (case when before_value is not null then 1 else 0 end)
        + (case when next_value is not null then 1 else 0 end) as n_others,
      (case when last_value is not null then 1 else 0 end) + (case when before_value is not null then 1 else 0 end) as n_before,
      cast(round(log10(
        nullif(abs(cast(value as double)), 0) / nullif(abs(cast(coalesce(last_value, before_value, next_value) as double)), 0)
      )) as integer) as slip
    from beside
  ),

  corrected as (
    select
      measured.*,
      cast(value as double) / nullif(cast(last_value as double), 0) * power(10.0, -slip) as last_ratio,
      cast(value as double) / nullif(cast(before_value as double), 0) * power(10.0, -slip) as before_ratio,
      cast(value as double) / nullif(cast(next_value as double), 0) * power(10.0, -slip) as next_ratio
    from measured
  ),

  slipped as (
    select
      corrected.*,
      -- as it was known then: one power of ten, and both years before agree once it is taken away
      coalesce(slip <> 0 and abs(slip) <= 6, false)
        and coalesce(last_ratio between 1 / 1.5 and 1.5, false)
        and coalesce(before_ratio between 1 / 1.5 and 1.5, false) as is_slip_then,
      -- and every comparable year agrees, the next one too
      coalesce(slip <> 0 and abs(slip) <= 6, false)
        and (last_value is null or coalesce(last_ratio between 1 / 1.5 and 1.5, false))
        and (before_value is null or coalesce(before_ratio between 1 / 1.5 and 1.5, false))
        and (next_value is null or coalesce(next_ratio between 1 / 1.5 and 1.5, false)) as is_slip
    from corrected
  ),

  columns_copied as (
    select
      submission_id, indicator,
      count(case when length(trim(both '0' from digits)) >= 3 and value_b1 is not null then 1 end) as n_compared,
      count(case when length(trim(both '0' from digits)) >= 3 and value_b1 = value then 1 end) as n_same
    from {{ ref('val_expected') }}
    where {{ only_changed('period') }}
    group by submission_id, indicator
  ),

  -- the few values that two units of a column share
  values_repeated as (
    select submission_id, indicator, value
    from {{ ref('val_expected') }}
    where {{ only_changed('period') }}
    group by submission_id, indicator, value
    having min(unit_code) <> max(unit_code)
  )

  select
    slipped.*,
    columns_copied.n_compared, columns_copied.n_same, values_repeated.value is not null as is_repeated
  from slipped
  inner join columns_copied
    on columns_copied.submission_id = slipped.submission_id and columns_copied.indicator = slipped.indicator
  left join values_repeated
    on values_repeated.submission_id = slipped.submission_id and values_repeated.indicator = slipped.indicator
    and values_repeated.value = slipped.value
),

judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(canonical_unit = '%' or (n_others = 0 and has_neighbour), false) then 'NOT_APPLICABLE'
      when coalesce(n_before < 2, false) then 'TOO_FEW_POINTS'
      else case (is_slip_then and abs(slip) >= 2) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_sl01,
    case
      when not coalesce(true, false) then null
      when coalesce(canonical_unit = '%' or (n_others = 0 and has_neighbour), false) then 'NOT_APPLICABLE'
      when coalesce(n_others < 1, false) then 'TOO_FEW_POINTS'
      else case (is_slip and (n_others >= 2 or abs(slip) >= 2) and not (is_slip_then and abs(slip) >= 2)) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_sl02,
    case
      when not coalesce(true, false) then null
      when coalesce(yoy_limit_pct is null or is_break or is_slip_then or coalesce(abs(value - before_value) * 100 <= cast(yoy_limit_pct as decimal(8, 2)) * abs(before_value), false), false) then 'NOT_APPLICABLE'
      when coalesce(last_value is null, false) then 'TOO_FEW_POINTS'
      else case (abs(value - last_value) * 100 > cast(yoy_limit_pct as decimal(8, 2)) * abs(last_value)) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_yr01,
    case
      when not coalesce(true, false) then null
      when coalesce(coalesce(value = hard_high or value = hard_low, false), false) then 'NOT_APPLICABLE'
      when coalesce(raw_last_value is null or digits < 4, false) then 'TOO_FEW_POINTS'
      else case (value = raw_last_value) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cp01,
    case
      when not coalesce(digits >= 3, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(n_compared < 5 or raw_last_value is null, false) then 'TOO_FEW_POINTS'
      else case (value = raw_last_value and n_same * 100 >= 80 * n_compared) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cp02,
    case
      when not coalesce(true, false) then null
      when coalesce(coalesce(value = hard_high or value = hard_low, false), false) then 'NOT_APPLICABLE'
      when coalesce(digits < 5, false) then 'TOO_FEW_POINTS'
      else case (is_repeated) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cp03
  from tested
),

counted as (
  select
    period,
    count(case when outcome_sl01 in ('PASS', 'FAIL') then 1 end) as sl01_checked,
    count(case when outcome_sl01 in ('FAIL') then 1 end) as sl01_violations,
    count(case when outcome_sl01 in ('NOT_APPLICABLE') then 1 end) as sl01_not_applicable,
    count(case when outcome_sl01 in ('TOO_FEW_POINTS') then 1 end) as sl01_too_few,
    count(case when outcome_sl01 in ('NOT_RUN') then 1 end) as sl01_not_run,
    count(case when outcome_sl02 in ('PASS', 'FAIL') then 1 end) as sl02_checked,
    count(case when outcome_sl02 in ('FAIL') then 1 end) as sl02_violations,
    count(case when outcome_sl02 in ('NOT_APPLICABLE') then 1 end) as sl02_not_applicable,
    count(case when outcome_sl02 in ('TOO_FEW_POINTS') then 1 end) as sl02_too_few,
    count(case when outcome_sl02 in ('NOT_RUN') then 1 end) as sl02_not_run,
    count(case when outcome_yr01 in ('PASS', 'FAIL') then 1 end) as yr01_checked,
    count(case when outcome_yr01 in ('FAIL') then 1 end) as yr01_violations,
    count(case when outcome_yr01 in ('NOT_APPLICABLE') then 1 end) as yr01_not_applicable,
    count(case when outcome_yr01 in ('TOO_FEW_POINTS') then 1 end) as yr01_too_few,
    count(case when outcome_yr01 in ('NOT_RUN') then 1 end) as yr01_not_run,
    count(case when outcome_cp01 in ('PASS', 'FAIL') then 1 end) as cp01_checked,
    count(case when outcome_cp01 in ('FAIL') then 1 end) as cp01_violations,
    count(case when outcome_cp01 in ('NOT_APPLICABLE') then 1 end) as cp01_not_applicable,
    count(case when outcome_cp01 in ('TOO_FEW_POINTS') then 1 end) as cp01_too_few,
    count(case when outcome_cp01 in ('NOT_RUN') then 1 end) as cp01_not_run,
    count(case when outcome_cp02 in ('PASS', 'FAIL') then 1 end) as cp02_checked,
    count(case when outcome_cp02 in ('FAIL') then 1 end) as cp02_violations,
    count(case when outcome_cp02 in ('NOT_APPLICABLE') then 1 end) as cp02_not_applicable,
    count(case when outcome_cp02 in ('TOO_FEW_POINTS') then 1 end) as cp02_too_few,
    count(case when outcome_cp02 in ('NOT_RUN') then 1 end) as cp02_not_run,
    count(case when outcome_cp03 in ('PASS', 'FAIL') then 1 end) as cp03_checked,
    count(case when outcome_cp03 in ('FAIL') then 1 end) as cp03_violations,
    count(case when outcome_cp03 in ('NOT_APPLICABLE') then 1 end) as cp03_not_applicable,
    count(case when outcome_cp03 in ('TOO_FEW_POINTS') then 1 end) as cp03_too_few,
    count(case when outcome_cp03 in ('NOT_RUN') then 1 end) as cp03_not_run
  from judged
  group by period
)

select 'SL01' as rule_code, cast(2 as integer) as rule_version, 'E' as severity, period,
  sl01_checked as n_checked, sl01_violations as n_violations, sl01_not_applicable as n_not_applicable, sl01_too_few as n_too_few, sl01_not_run as n_not_run
from counted
union all
select 'SL02' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  sl02_checked as n_checked, sl02_violations as n_violations, sl02_not_applicable as n_not_applicable, sl02_too_few as n_too_few, sl02_not_run as n_not_run
from counted
union all
select 'YR01' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  yr01_checked as n_checked, yr01_violations as n_violations, yr01_not_applicable as n_not_applicable, yr01_too_few as n_too_few, yr01_not_run as n_not_run
from counted
union all
select 'CP01' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  cp01_checked as n_checked, cp01_violations as n_violations, cp01_not_applicable as n_not_applicable, cp01_too_few as n_too_few, cp01_not_run as n_not_run
from counted
union all
select 'CP02' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  cp02_checked as n_checked, cp02_violations as n_violations, cp02_not_applicable as n_not_applicable, cp02_too_few as n_too_few, cp02_not_run as n_not_run
from counted
union all
select 'CP03' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  cp03_checked as n_checked, cp03_violations as n_violations, cp03_not_applicable as n_not_applicable, cp03_too_few as n_too_few, cp03_not_run as n_not_run
from counted
