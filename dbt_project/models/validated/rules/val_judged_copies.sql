-- Written by expectations/compiler.py from expectations/rules/copies.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(coalesce(value = hard_high or value = hard_low, false), false) then 'NOT_APPLICABLE'
      when coalesce(n_digits < 4, false) then 'TOO_FEW_POINTS'
      else case (n_columns > 1) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cp04,
    case
      when not coalesce(true, false) then null
      when coalesce(coalesce(value = hard_high or value = hard_low, false), false) then 'NOT_APPLICABLE'
      when coalesce(n_digits < 4 or value_b2 is null or value_b1 is null, false) then 'TOO_FEW_POINTS'
      else case (value = value_b2 and value <> value_b1) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cp05,
    case
      when not coalesce(n_digits >= 4, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(n_compared < 5, false) then 'TOO_FEW_POINTS'
      else case (n_columns > 1 and n_same * 100 >= 80 * n_compared) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cp06
  from {{ ref('val_tested_copies') }} as tested
  where {{ only_changed('tested.period') }}
),

marked as (
  select judged.*, coalesce(outcome_cp04 = 'FAIL' or outcome_cp05 = 'FAIL' or outcome_cp06 = 'FAIL', false) as is_failing from judged
),

kept as (
  select
    period, outcome_cp04, outcome_cp05, outcome_cp06, is_failing,
    case when is_failing then submission_id end as submission_id,
    case when is_failing then provider_id end as provider_id,
    case when is_failing then unit_code end as unit_code,
    case when is_failing then indicator end as indicator,
    case when is_failing then sheet end as sheet,
    case when is_failing then row_no end as row_no,
    case when is_failing then col_no end as col_no,
    case when is_failing then cell end as cell,
    case when is_failing then n_compared end as n_compared,
    case when is_failing then n_digits end as n_digits,
    case when is_failing then n_same end as n_same,
    case when is_failing then name_en end as name_en,
    case when is_failing then name_zh end as name_zh,
    case when is_failing then printed_unit end as printed_unit,
    case when is_failing then twin_en end as twin_en,
    case when is_failing then twin_zh end as twin_zh,
    case when is_failing then value_text end as value_text
  from marked
)

select period, outcome_cp04, outcome_cp05, outcome_cp06, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, n_compared, n_digits, n_same, name_en, name_zh, printed_unit, twin_en, twin_zh, value_text, count(*) as n_alike
from kept
group by period, outcome_cp04, outcome_cp05, outcome_cp06, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, n_compared, n_digits, n_same, name_en, name_zh, printed_unit, twin_en, twin_zh, value_text
