-- Written by expectations/compiler.py from expectations/rules/yearly.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with judged as (
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
      else case (coalesce(is_repeated, false)) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cp03
  from {{ ref('val_tested_yearly') }} as tested
  where {{ only_changed('tested.period') }}
),

marked as (
  select judged.*, coalesce(outcome_sl01 = 'FAIL' or outcome_sl02 = 'FAIL' or outcome_yr01 = 'FAIL' or outcome_cp01 = 'FAIL' or outcome_cp02 = 'FAIL' or outcome_cp03 = 'FAIL', false) as is_failing from judged
),

kept as (
  select
    period, outcome_sl01, outcome_sl02, outcome_yr01, outcome_cp01, outcome_cp02, outcome_cp03, is_failing,
    case when is_failing then submission_id end as submission_id,
    case when is_failing then provider_id end as provider_id,
    case when is_failing then unit_code end as unit_code,
    case when is_failing then indicator end as indicator,
    case when is_failing then sheet end as sheet,
    case when is_failing then row_no end as row_no,
    case when is_failing then col_no end as col_no,
    case when is_failing then cell end as cell,
    case when is_failing then before_value end as before_value,
    case when is_failing then canonical_unit end as canonical_unit,
    case when is_failing then digits end as digits,
    case when is_failing then last_value end as last_value,
    case when is_failing then n_before end as n_before,
    case when is_failing then n_compared end as n_compared,
    case when is_failing then n_others end as n_others,
    case when is_failing then n_same end as n_same,
    case when is_failing then name_en end as name_en,
    case when is_failing then name_zh end as name_zh,
    case when is_failing then next_value end as next_value,
    case when is_failing then printed_unit end as printed_unit,
    case when is_failing then slip end as slip,
    case when is_failing then value end as value,
    case when is_failing then value_printed end as value_printed,
    case when is_failing then value_text end as value_text,
    case when is_failing then yoy_limit_pct end as yoy_limit_pct
  from marked
)

select period, outcome_sl01, outcome_sl02, outcome_yr01, outcome_cp01, outcome_cp02, outcome_cp03, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, before_value, canonical_unit, digits, last_value, n_before, n_compared, n_others, n_same, name_en, name_zh, next_value, printed_unit, slip, value, value_printed, value_text, yoy_limit_pct, count(*) as n_alike
from kept
group by period, outcome_sl01, outcome_sl02, outcome_yr01, outcome_cp01, outcome_cp02, outcome_cp03, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, before_value, canonical_unit, digits, last_value, n_before, n_compared, n_others, n_same, name_en, name_zh, next_value, printed_unit, slip, value, value_printed, value_text, yoy_limit_pct
