-- Written by expectations/compiler.py from expectations/rules/silence.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(coalesce(direction, '0') not in ('+', '-') or last_value is null, false) then 'NOT_APPLICABLE'
      when coalesce(n_peers is null or n_peers < 8, false) then 'TOO_FEW_POINTS'
      else case (n_worse * 3 >= 2 * n_peers) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_si01
  from {{ ref('val_tested_silence') }} as tested
  where {{ only_changed('tested.period') }}
),

marked as (
  select judged.*, coalesce(outcome_si01 = 'FAIL', false) as is_failing from judged
),

kept as (
  select
    period, outcome_si01, is_failing,
    case when is_failing then submission_id end as submission_id,
    case when is_failing then provider_id end as provider_id,
    case when is_failing then unit_code end as unit_code,
    case when is_failing then indicator end as indicator,
    case when is_failing then sheet end as sheet,
    case when is_failing then row_no end as row_no,
    case when is_failing then col_no end as col_no,
    case when is_failing then cell end as cell,
    case when is_failing then canonical_unit end as canonical_unit,
    case when is_failing then last_value end as last_value,
    case when is_failing then n_peers end as n_peers,
    case when is_failing then n_worse end as n_worse,
    case when is_failing then name_en end as name_en,
    case when is_failing then name_zh end as name_zh
  from marked
)

select period, outcome_si01, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, canonical_unit, last_value, n_peers, n_worse, name_en, name_zh, count(*) as n_alike
from kept
group by period, outcome_si01, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, canonical_unit, last_value, n_peers, n_worse, name_en, name_zh
