-- Written by expectations/compiler.py from expectations/rules/growth.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(value is null, false) then 'NOT_APPLICABLE'
      when coalesce(off is null, false) then 'TOO_FEW_POINTS'
      else case (abs(off) >= 4 and not starts_wrong and (comes_back = is_level or not has_next)) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_gr01
  from {{ ref('val_tested_growth') }} as tested
  where {{ only_changed('tested.period') }}
),

marked as (
  select judged.*, coalesce(outcome_gr01 = 'FAIL', false) as is_failing from judged
),

kept as (
  select
    period, outcome_gr01, is_failing,
    case when is_failing then submission_id end as submission_id,
    case when is_failing then provider_id end as provider_id,
    case when is_failing then unit_code end as unit_code,
    case when is_failing then indicator end as indicator,
    case when is_failing then sheet end as sheet,
    case when is_failing then row_no end as row_no,
    case when is_failing then col_no end as col_no,
    case when is_failing then cell end as cell,
    case when is_failing then fitting end as fitting,
    case when is_failing then implied end as implied,
    case when is_failing then n_peers end as n_peers,
    case when is_failing then name_en end as name_en,
    case when is_failing then name_zh end as name_zh,
    case when is_failing then nominal end as nominal,
    case when is_failing then off end as off,
    case when is_failing then printed_unit end as printed_unit,
    case when is_failing then rate end as rate,
    case when is_failing then usual end as usual,
    case when is_failing then value_text end as value_text
  from marked
)

select period, outcome_gr01, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, fitting, implied, n_peers, name_en, name_zh, nominal, off, printed_unit, rate, usual, value_text, count(*) as n_alike
from kept
group by period, outcome_gr01, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, fitting, implied, n_peers, name_en, name_zh, nominal, off, printed_unit, rate, usual, value_text
