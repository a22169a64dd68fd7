-- Written by expectations/compiler.py from expectations/rules/type.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(parse_code = 'BLANK', false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (parse_code = 'TEXT') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ty01,
    case
      when not coalesce(parse_code <> 'BLANK', false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (parse_code = 'PLACEHOLDER') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ty02,
    case
      when not coalesce(parse_code in ('NUMBER', 'PERCENT', 'THOUSANDS', 'FULLWIDTH'), false) then null
      when coalesce(canonical_unit is null or canonical_unit = '%', false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (parse_code = 'PERCENT') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ty03,
    case
      when not coalesce(value_printed is not null, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (parse_code = 'FULLWIDTH') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ty04,
    case
      when not coalesce(value_printed is not null, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (parse_code = 'THOUSANDS') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ty05,
    case
      when not coalesce(canonical_unit = '%' and value_printed is not null, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (parse_code = 'PERCENT') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ty06,
    case
      when not coalesce(printed_unit in ('人', '个', '件', '张', '辆', '家', '户', '所') and value_printed is not null, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (value_printed <> round(value_printed, 0)) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ty07,
    case
      when not coalesce(parse_code = 'NIL', false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (length(trim(value_text)) < 6) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ty08,
    case
      when not coalesce(value_printed is not null, false) then null
      when coalesce(expected_unit is null, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (not unit_stated) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_un01,
    case
      when not coalesce(value_printed is not null and unit_stated and factor is not null, false) then null
      when coalesce(expected_factor is null, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (factor <> expected_factor) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_un02,
    case
      when not coalesce(value_printed is not null, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (factor is null) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_un03
  from {{ ref('val_tested_type') }} as tested
  where {{ only_changed('tested.period') }}
),

marked as (
  select judged.*, coalesce(outcome_ty01 = 'FAIL' or outcome_ty02 = 'FAIL' or outcome_ty03 = 'FAIL' or outcome_ty04 = 'FAIL' or outcome_ty05 = 'FAIL' or outcome_ty06 = 'FAIL' or outcome_ty07 = 'FAIL' or outcome_ty08 = 'FAIL' or outcome_un01 = 'FAIL' or outcome_un02 = 'FAIL' or outcome_un03 = 'FAIL', false) as is_failing from judged
),

kept as (
  select
    period, outcome_ty01, outcome_ty02, outcome_ty03, outcome_ty04, outcome_ty05, outcome_ty06, outcome_ty07, outcome_ty08, outcome_un01, outcome_un02, outcome_un03, is_failing,
    case when is_failing then submission_id end as submission_id,
    case when is_failing then provider_id end as provider_id,
    case when is_failing then unit_code end as unit_code,
    case when is_failing then indicator end as indicator,
    case when is_failing then sheet end as sheet,
    case when is_failing then row_no end as row_no,
    case when is_failing then col_no end as col_no,
    case when is_failing then cell end as cell,
    case when is_failing then expected_unit end as expected_unit,
    case when is_failing then name_en end as name_en,
    case when is_failing then name_zh end as name_zh,
    case when is_failing then printed_unit end as printed_unit,
    case when is_failing then value_printed end as value_printed,
    case when is_failing then value_text end as value_text
  from marked
)

select period, outcome_ty01, outcome_ty02, outcome_ty03, outcome_ty04, outcome_ty05, outcome_ty06, outcome_ty07, outcome_ty08, outcome_un01, outcome_un02, outcome_un03, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, expected_unit, name_en, name_zh, printed_unit, value_printed, value_text, count(*) as n_alike
from kept
group by period, outcome_ty01, outcome_ty02, outcome_ty03, outcome_ty04, outcome_ty05, outcome_ty06, outcome_ty07, outcome_ty08, outcome_un01, outcome_un02, outcome_un03, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, expected_unit, name_en, name_zh, printed_unit, value_printed, value_text
