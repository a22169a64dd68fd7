-- Written by expectations/compiler.py from expectations/rules/hierarchy.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(n_owed is null or n_cities < n_owed, false) then 'TOO_FEW_POINTS'
      else case (abs(total - value) * 2 > rounding + tick and abs(total - value) * 100 > 0.5 * abs(value)) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_hc01
  from {{ ref('val_tested_hierarchy') }} as tested
  where {{ only_changed('tested.period') }}
),

marked as (
  select judged.*, coalesce(outcome_hc01 = 'FAIL', false) as is_failing from judged
),

kept as (
  select
    period, outcome_hc01, is_failing,
    case when is_failing then submission_id end as submission_id,
    case when is_failing then provider_id end as provider_id,
    case when is_failing then unit_code end as unit_code,
    case when is_failing then indicator end as indicator,
    case when is_failing then sheet end as sheet,
    case when is_failing then row_no end as row_no,
    case when is_failing then col_no end as col_no,
    case when is_failing then cell end as cell,
    case when is_failing then canonical_unit end as canonical_unit,
    case when is_failing then n_cities end as n_cities,
    case when is_failing then name_en end as name_en,
    case when is_failing then name_zh end as name_zh,
    case when is_failing then printed_unit end as printed_unit,
    case when is_failing then rounding end as rounding,
    case when is_failing then total end as total,
    case when is_failing then value end as value,
    case when is_failing then value_text end as value_text
  from marked
)

select period, outcome_hc01, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, canonical_unit, n_cities, name_en, name_zh, printed_unit, rounding, total, value, value_text, count(*) as n_alike
from kept
group by period, outcome_hc01, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, canonical_unit, n_cities, name_en, name_zh, printed_unit, rounding, total, value, value_text
