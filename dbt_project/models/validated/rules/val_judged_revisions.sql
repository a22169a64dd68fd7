-- Written by expectations/compiler.py from expectations/rules/revisions.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(is_dropped or due_at is null or coalesce(direction, '0') not in ('+', '-'), false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (is_helped and received_at > due_at) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rv01,
    case
      when not coalesce(is_helped, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(n_changed < 6, false) then 'TOO_FEW_POINTS'
      else case (n_helped * 10 >= 9 * n_changed) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rv02,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (is_dropped) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rv03
  from {{ ref('val_tested_revisions') }} as tested
  where {{ only_changed('tested.period') }}
),

marked as (
  select judged.*, coalesce(outcome_rv01 = 'FAIL' or outcome_rv02 = 'FAIL' or outcome_rv03 = 'FAIL', false) as is_failing from judged
),

kept as (
  select
    period, outcome_rv01, outcome_rv02, outcome_rv03, is_failing,
    case when is_failing then submission_id end as submission_id,
    case when is_failing then provider_id end as provider_id,
    case when is_failing then unit_code end as unit_code,
    case when is_failing then indicator end as indicator,
    case when is_failing then sheet end as sheet,
    case when is_failing then row_no end as row_no,
    case when is_failing then col_no end as col_no,
    case when is_failing then cell end as cell,
    case when is_failing then canonical_unit end as canonical_unit,
    case when is_failing then due_at end as due_at,
    case when is_failing then earlier_value end as earlier_value,
    case when is_failing then n_changed end as n_changed,
    case when is_failing then n_helped end as n_helped,
    case when is_failing then name_en end as name_en,
    case when is_failing then name_zh end as name_zh,
    case when is_failing then unit_zh end as unit_zh,
    case when is_failing then value end as value,
    case when is_failing then value_text end as value_text
  from marked
)

select period, outcome_rv01, outcome_rv02, outcome_rv03, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, canonical_unit, due_at, earlier_value, n_changed, n_helped, name_en, name_zh, unit_zh, value, value_text, count(*) as n_alike
from kept
group by period, outcome_rv01, outcome_rv02, outcome_rv03, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, canonical_unit, due_at, earlier_value, n_changed, n_helped, name_en, name_zh, unit_zh, value, value_text
