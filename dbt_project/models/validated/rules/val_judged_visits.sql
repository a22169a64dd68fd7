-- Written by expectations/compiler.py from expectations/rules/visits.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with judged as (
  select
    tested.*,
    case
      when not coalesce(grain = 'visit', false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (is_own) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_vi01,
    case
      when not coalesce(grain = 'visit', false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (not is_known) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_vi02,
    case
      when not coalesce(grain = 'visit', false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (not has_right) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_vi03,
    case
      when not coalesce(grain = 'visit', false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (not has_value) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_vi04,
    case
      when not coalesce(grain = 'figure', false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (result = '不实' and (case when true_value is null then value = reported_value else abs(value - true_value) > tick / 2 end)) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_vi05
  from {{ ref('val_tested_visits') }} as tested
  where {{ only_changed('tested.period') }}
),

marked as (
  select judged.*, coalesce(outcome_vi01 = 'FAIL' or outcome_vi02 = 'FAIL' or outcome_vi03 = 'FAIL' or outcome_vi04 = 'FAIL' or outcome_vi05 = 'FAIL', false) as is_failing from judged
),

kept as (
  select
    period, outcome_vi01, outcome_vi02, outcome_vi03, outcome_vi04, outcome_vi05, is_failing,
    case when is_failing then submission_id end as submission_id,
    case when is_failing then provider_id end as provider_id,
    case when is_failing then unit_code end as unit_code,
    case when is_failing then indicator end as indicator,
    case when is_failing then sheet end as sheet,
    case when is_failing then row_no end as row_no,
    case when is_failing then col_no end as col_no,
    case when is_failing then cell end as cell,
    case when is_failing then document end as document,
    case when is_failing then indicator_en end as indicator_en,
    case when is_failing then indicator_text end as indicator_text,
    case when is_failing then indicator_zh end as indicator_zh,
    case when is_failing then printed_unit end as printed_unit,
    case when is_failing then provider_zh end as provider_zh,
    case when is_failing then told_text end as told_text,
    case when is_failing then told_unit end as told_unit,
    case when is_failing then true_value end as true_value,
    case when is_failing then unit_text end as unit_text,
    case when is_failing then unit_zh end as unit_zh,
    case when is_failing then value_text end as value_text
  from marked
)

select period, outcome_vi01, outcome_vi02, outcome_vi03, outcome_vi04, outcome_vi05, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, document, indicator_en, indicator_text, indicator_zh, printed_unit, provider_zh, told_text, told_unit, true_value, unit_text, unit_zh, value_text, count(*) as n_alike
from kept
group by period, outcome_vi01, outcome_vi02, outcome_vi03, outcome_vi04, outcome_vi05, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, document, indicator_en, indicator_text, indicator_zh, printed_unit, provider_zh, told_text, told_unit, true_value, unit_text, unit_zh, value_text
