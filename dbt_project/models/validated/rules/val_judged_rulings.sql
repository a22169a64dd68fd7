-- Written by expectations/compiler.py from expectations/rules/rulings.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (is_own) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ru01,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (not is_known) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ru02,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (not has_right) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ru03,
    case
      when not coalesce(true, false) then null
      when coalesce(state is null, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (not has_basis) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ru04,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (not is_current) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ru05,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (not is_allowed) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ru06
  from {{ ref('val_tested_rulings') }} as tested
  where {{ only_changed('tested.period') }}
),

marked as (
  select judged.*, coalesce(outcome_ru01 = 'FAIL' or outcome_ru02 = 'FAIL' or outcome_ru03 = 'FAIL' or outcome_ru04 = 'FAIL' or outcome_ru05 = 'FAIL' or outcome_ru06 = 'FAIL', false) as is_failing from judged
),

kept as (
  select
    period, outcome_ru01, outcome_ru02, outcome_ru03, outcome_ru04, outcome_ru05, outcome_ru06, is_failing,
    case when is_failing then submission_id end as submission_id,
    case when is_failing then provider_id end as provider_id,
    case when is_failing then unit_code end as unit_code,
    case when is_failing then indicator end as indicator,
    case when is_failing then sheet end as sheet,
    case when is_failing then row_no end as row_no,
    case when is_failing then col_no end as col_no,
    case when is_failing then cell end as cell,
    case when is_failing then decision end as decision,
    case when is_failing then document end as document,
    case when is_failing then rule_code end as rule_code,
    case when is_failing then ruled_cell end as ruled_cell,
    case when is_failing then ruled_submission end as ruled_submission,
    case when is_failing then ruler_zh end as ruler_zh,
    case when is_failing then valid_until end as valid_until
  from marked
)

select period, outcome_ru01, outcome_ru02, outcome_ru03, outcome_ru04, outcome_ru05, outcome_ru06, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, decision, document, rule_code, ruled_cell, ruled_submission, ruler_zh, valid_until, count(*) as n_alike
from kept
group by period, outcome_ru01, outcome_ru02, outcome_ru03, outcome_ru04, outcome_ru05, outcome_ru06, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, decision, document, rule_code, ruled_cell, ruled_submission, ruler_zh, valid_until
