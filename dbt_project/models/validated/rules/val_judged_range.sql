-- Written by expectations/compiler.py from expectations/rules/range.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(value is null or (hard_low is null and hard_high is null), false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (is_impossible) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rg01,
    case
      when not coalesce(value is not null, false) then null
      when coalesce(is_impossible or (soft_low is null and soft_high is null), false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (is_unusual) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rg02
  from {{ ref('val_tested_range') }} as tested
  where {{ only_changed('tested.period') }}
),

marked as (
  select judged.*, coalesce(outcome_rg01 = 'FAIL' or outcome_rg02 = 'FAIL', false) as is_failing from judged
),

kept as (
  select
    period, outcome_rg01, outcome_rg02, is_failing,
    case when is_failing then submission_id end as submission_id,
    case when is_failing then provider_id end as provider_id,
    case when is_failing then unit_code end as unit_code,
    case when is_failing then indicator end as indicator,
    case when is_failing then sheet end as sheet,
    case when is_failing then row_no end as row_no,
    case when is_failing then col_no end as col_no,
    case when is_failing then cell end as cell,
    case when is_failing then canonical_unit end as canonical_unit,
    case when is_failing then hard_high end as hard_high,
    case when is_failing then hard_low end as hard_low,
    case when is_failing then name_en end as name_en,
    case when is_failing then name_zh end as name_zh,
    case when is_failing then printed_unit end as printed_unit,
    case when is_failing then soft_high end as soft_high,
    case when is_failing then soft_low end as soft_low,
    case when is_failing then value end as value,
    case when is_failing then value_text end as value_text
  from marked
)

select period, outcome_rg01, outcome_rg02, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, canonical_unit, hard_high, hard_low, name_en, name_zh, printed_unit, soft_high, soft_low, value, value_text, count(*) as n_alike
from kept
group by period, outcome_rg01, outcome_rg02, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, canonical_unit, hard_high, hard_low, name_en, name_zh, printed_unit, soft_high, soft_low, value, value_text
