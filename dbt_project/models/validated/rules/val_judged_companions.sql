-- Written by expectations/compiler.py from expectations/rules/companions.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(level is null, false) then 'NOT_APPLICABLE'
      when coalesce(apart is null, false) then 'TOO_FEW_POINTS'
      else case (apart >= 3.5 and coalesce(off, 0) >= greatest(coalesce(other_off, 0), 1)) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rt01
  from {{ ref('val_tested_companions') }} as tested
  where {{ only_changed('tested.period') }}
),

marked as (
  select judged.*, coalesce(outcome_rt01 = 'FAIL', false) as is_failing from judged
),

kept as (
  select
    period, outcome_rt01, is_failing,
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
    case when is_failing then implied end as implied,
    case when is_failing then n_cities end as n_cities,
    case when is_failing then name_en end as name_en,
    case when is_failing then name_zh end as name_zh,
    case when is_failing then off end as off,
    case when is_failing then other_en end as other_en,
    case when is_failing then other_value end as other_value,
    case when is_failing then other_zh end as other_zh,
    case when is_failing then parted end as parted,
    case when is_failing then printed_unit end as printed_unit,
    case when is_failing then value end as value,
    case when is_failing then value_text end as value_text
  from marked
)

select period, outcome_rt01, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, apart, canonical_unit, implied, n_cities, name_en, name_zh, off, other_en, other_value, other_zh, parted, printed_unit, value, value_text, count(*) as n_alike
from kept
group by period, outcome_rt01, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, apart, canonical_unit, implied, n_cities, name_en, name_zh, off, other_en, other_value, other_zh, parted, printed_unit, value, value_text
