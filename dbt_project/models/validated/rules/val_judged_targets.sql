-- Written by expectations/compiler.py from expectations/rules/targets.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(target is null or coalesce(value = hard_high or value = hard_low, false), false) then 'NOT_APPLICABLE'
      when coalesce(n_digits < 3, false) then 'TOO_FEW_POINTS'
      else case (abs(value - target) * 2 < tick) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_tg01,
    case
      when not coalesce(is_just_above, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(n_near < 10, false) then 'TOO_FEW_POINTS'
      else case (2 * n_above - n_near > 2.33 * sqrt(n_near)) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_tg02
  from {{ ref('val_tested_targets') }} as tested
  where {{ only_changed('tested.period') }}
),

marked as (
  select judged.*, coalesce(outcome_tg01 = 'FAIL' or outcome_tg02 = 'FAIL', false) as is_failing from judged
),

kept as (
  select
    period, outcome_tg01, outcome_tg02, is_failing,
    case when is_failing then submission_id end as submission_id,
    case when is_failing then provider_id end as provider_id,
    case when is_failing then unit_code end as unit_code,
    case when is_failing then indicator end as indicator,
    case when is_failing then sheet end as sheet,
    case when is_failing then row_no end as row_no,
    case when is_failing then col_no end as col_no,
    case when is_failing then cell end as cell,
    case when is_failing then canonical_unit end as canonical_unit,
    case when is_failing then n_above end as n_above,
    case when is_failing then n_digits end as n_digits,
    case when is_failing then n_near end as n_near,
    case when is_failing then name_en end as name_en,
    case when is_failing then name_zh end as name_zh,
    case when is_failing then printed_unit end as printed_unit,
    case when is_failing then target end as target,
    case when is_failing then value_text end as value_text
  from marked
)

select period, outcome_tg01, outcome_tg02, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, canonical_unit, n_above, n_digits, n_near, name_en, name_zh, printed_unit, target, value_text, count(*) as n_alike
from kept
group by period, outcome_tg01, outcome_tg02, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, canonical_unit, n_above, n_digits, n_near, name_en, name_zh, printed_unit, target, value_text
