-- Written by expectations/compiler.py from expectations/rules/peers.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(level is null or per_head is null, false) then 'NOT_APPLICABLE'
      when coalesce(n_cities is null or n_cities < 8, false) then 'TOO_FEW_POINTS'
      else case (apart >= 4 and (per_head_before is null or apart_before * 2 < apart)) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_pe01
  from {{ ref('val_tested_peers') }} as tested
  where {{ only_changed('tested.period') }}
),

marked as (
  select judged.*, coalesce(outcome_pe01 = 'FAIL', false) as is_failing from judged
),

kept as (
  select
    period, outcome_pe01, is_failing,
    case when is_failing then submission_id end as submission_id,
    case when is_failing then provider_id end as provider_id,
    case when is_failing then unit_code end as unit_code,
    case when is_failing then indicator end as indicator,
    case when is_failing then sheet end as sheet,
    case when is_failing then row_no end as row_no,
    case when is_failing then col_no end as col_no,
    case when is_failing then cell end as cell,
    case when is_failing then apart end as apart,
    case when is_failing then canonical_unit end as canonical_unit,
    case when is_failing then n_cities end as n_cities,
    case when is_failing then name_en end as name_en,
    case when is_failing then name_zh end as name_zh,
    case when is_failing then per_head end as per_head,
    case when is_failing then printed_unit end as printed_unit,
    case when is_failing then usual end as usual,
    case when is_failing then value end as value,
    case when is_failing then value_text end as value_text,
    case when is_failing then width end as width
  from marked
)

select period, outcome_pe01, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, apart, canonical_unit, n_cities, name_en, name_zh, per_head, printed_unit, usual, value, value_text, width, count(*) as n_alike
from kept
group by period, outcome_pe01, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, apart, canonical_unit, n_cities, name_en, name_zh, per_head, printed_unit, usual, value, value_text, width
