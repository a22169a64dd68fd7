-- Written by expectations/compiler.py from expectations/rules/form.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with judged as (
  select
    tested.*,
    case
      when not coalesce(grain = 'figure', false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (unit_code is null) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_fm01,
    case
      when not coalesce(grain = 'figure' and unit_code is not null, false) then null
      when coalesce(named_unit is null, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (unit_code <> named_unit) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_fm02,
    case
      when not coalesce(grain = 'figure' and unit_code is not null, false) then null
      when coalesce(provider_province is null, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (unit_province <> provider_province) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_fm03,
    case
      when not coalesce(grain = 'figure', false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (owned_field is null) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_fm04,
    case
      when not coalesce(grain = 'return', false) then null
      when coalesce(read_status <> 'read' or form_id is null, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (owed_form is null) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_fm05,
    case
      when not coalesce(grain = 'figure', false) then null
      when coalesce(owned_field is null, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (due_field is null) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_fm06,
    case
      when not coalesce(grain = 'return', false) then null
      when coalesce(read_status <> 'read' or declared_provider is null or provider_name is null, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (declared_provider not like provider_id || '%' and declared_provider not like '%' || provider_name || '%') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_fm07,
    case
      when not coalesce(grain = 'figure' and unit_code is not null, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (n_rows > 1) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_fm08
  from {{ ref('val_tested_form') }} as tested
  where {{ only_changed('tested.period') }}
),

marked as (
  select judged.*, coalesce(outcome_fm01 = 'FAIL' or outcome_fm02 = 'FAIL' or outcome_fm03 = 'FAIL' or outcome_fm04 = 'FAIL' or outcome_fm05 = 'FAIL' or outcome_fm06 = 'FAIL' or outcome_fm07 = 'FAIL' or outcome_fm08 = 'FAIL', false) as is_failing from judged
),

kept as (
  select
    period, outcome_fm01, outcome_fm02, outcome_fm03, outcome_fm04, outcome_fm05, outcome_fm06, outcome_fm07, outcome_fm08, is_failing,
    case when is_failing then submission_id end as submission_id,
    case when is_failing then provider_id end as provider_id,
    case when is_failing then unit_code end as unit_code,
    case when is_failing then indicator end as indicator,
    case when is_failing then sheet end as sheet,
    case when is_failing then row_no end as row_no,
    case when is_failing then col_no end as col_no,
    case when is_failing then cell end as cell,
    case when is_failing then declared_provider end as declared_provider,
    case when is_failing then first_row end as first_row,
    case when is_failing then form_id end as form_id,
    case when is_failing then form_title end as form_title,
    case when is_failing then indicator_en end as indicator_en,
    case when is_failing then indicator_zh end as indicator_zh,
    case when is_failing then last_row end as last_row,
    case when is_failing then n_rows end as n_rows,
    case when is_failing then provider_name end as provider_name,
    case when is_failing then unit_name end as unit_name,
    case when is_failing then unit_text_code end as unit_text_code,
    case when is_failing then unit_text_name end as unit_text_name,
    case when is_failing then value_text end as value_text
  from marked
)

select period, outcome_fm01, outcome_fm02, outcome_fm03, outcome_fm04, outcome_fm05, outcome_fm06, outcome_fm07, outcome_fm08, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, declared_provider, first_row, form_id, form_title, indicator_en, indicator_zh, last_row, n_rows, provider_name, unit_name, unit_text_code, unit_text_name, value_text, count(*) as n_alike
from kept
group by period, outcome_fm01, outcome_fm02, outcome_fm03, outcome_fm04, outcome_fm05, outcome_fm06, outcome_fm07, outcome_fm08, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, declared_provider, first_row, form_id, form_title, indicator_en, indicator_zh, last_row, n_rows, provider_name, unit_name, unit_text_code, unit_text_name, value_text
