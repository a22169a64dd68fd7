-- Written by expectations/compiler.py from expectations/rules/runs.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with judged as (
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
  from {{ ref('val_tested_runs') }} as tested
  where {{ only_changed('tested.period') }}
),

marked as (
  select judged.*, coalesce(outcome_fz01 = 'FAIL' or outcome_fz02 = 'FAIL' or outcome_fz03 = 'FAIL', false) as is_failing from judged
),

kept as (
  select
    period, outcome_fz01, outcome_fz02, outcome_fz03, is_failing,
    case when is_failing then submission_id end as submission_id,
    case when is_failing then provider_id end as provider_id,
    case when is_failing then unit_code end as unit_code,
    case when is_failing then indicator end as indicator,
    case when is_failing then sheet end as sheet,
    case when is_failing then row_no end as row_no,
    case when is_failing then col_no end as col_no,
    case when is_failing then cell end as cell,
    case when is_failing then canonical_unit end as canonical_unit,
    case when is_failing then n_digits end as n_digits,
    case when is_failing then name_en end as name_en,
    case when is_failing then name_zh end as name_zh,
    case when is_failing then printed_unit end as printed_unit,
    case when is_failing then rounding end as rounding,
    case when is_failing then spread end as spread,
    case when is_failing then tick end as tick,
    case when is_failing then value end as value,
    case when is_failing then value_b1 end as value_b1,
    case when is_failing then value_b2 end as value_b2,
    case when is_failing then value_text end as value_text
  from marked
)

select period, outcome_fz01, outcome_fz02, outcome_fz03, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, canonical_unit, n_digits, name_en, name_zh, printed_unit, rounding, spread, tick, value, value_b1, value_b2, value_text, count(*) as n_alike
from kept
group by period, outcome_fz01, outcome_fz02, outcome_fz03, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, canonical_unit, n_digits, name_en, name_zh, printed_unit, rounding, spread, tick, value, value_b1, value_b2, value_text
