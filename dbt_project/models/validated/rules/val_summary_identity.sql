-- Written by expectations/compiler.py from expectations/rules/identity.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  with of_unit as (
    select
      submission_id, unit_code, period
      {%- for name in ('primary_industry_share', 'secondary_industry_share', 'tertiary_industry_share', 'fiscal_expenditure', 'education_expenditure', 'science_expenditure') %},
      max(case when indicator = '{{ name }}' then value end) as {{ name }},
      min(case when indicator = '{{ name }}' then tick end) as {{ name }}_tick
      {%- endfor %}
    from {{ ref('stg_figures') }}
    where {{ only_changed('period') }} and unit_code is not null and value is not null and indicator in ('primary_industry_share', 'secondary_industry_share', 'tertiary_industry_share', 'fiscal_expenditure', 'education_expenditure', 'science_expenditure')
    group by submission_id, unit_code, period
  )

  select
    figures.submission_id, figures.provider_id, figures.unit_code, figures.indicator, figures.period,
    figures.sheet, figures.row_no, figures.col_no, figures.cell,
    figures.value_text, figures.value,
    {%- for name in ('primary_industry_share', 'secondary_industry_share', 'tertiary_industry_share', 'fiscal_expenditure', 'education_expenditure', 'science_expenditure') %}
    of_unit.{{ name }},
    {%- endfor %}
    of_unit.primary_industry_share + of_unit.secondary_industry_share + of_unit.tertiary_industry_share as shares_total,
    -- 0.5 x 10^-d x (k + 1) with k = 3; d = the most decimals of the three, as a spreadsheet drops trailing zeros
    2 * least(of_unit.primary_industry_share_tick, of_unit.secondary_industry_share_tick,
      of_unit.tertiary_industry_share_tick) as shares_tolerance,
    (of_unit.education_expenditure_tick + of_unit.science_expenditure_tick + of_unit.fiscal_expenditure_tick)
      as spending_tolerance
  from {{ ref('stg_figures') }} as figures
  inner join of_unit
    on of_unit.submission_id = figures.submission_id and of_unit.unit_code = figures.unit_code
    and of_unit.period = figures.period
  where {{ only_changed('figures.period') }} and figures.value is not null and figures.indicator in ('primary_industry_share', 'secondary_industry_share', 'tertiary_industry_share', 'fiscal_expenditure', 'education_expenditure', 'science_expenditure')
),

judged as (
  select
    tested.*,
    case
      when not coalesce(indicator in ('primary_industry_share', 'secondary_industry_share', 'tertiary_industry_share'), false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(shares_total is null, false) then 'TOO_FEW_POINTS'
      else case (abs(shares_total - 100) > shares_tolerance) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_id01,
    case
      when not coalesce(indicator in ('fiscal_expenditure', 'education_expenditure', 'science_expenditure'), false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(fiscal_expenditure is null or education_expenditure is null or science_expenditure is null, false) then 'TOO_FEW_POINTS'
      else case (education_expenditure + science_expenditure > fiscal_expenditure + spending_tolerance) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_id02
  from tested
),

counted as (
  select
    period,
    count(case when outcome_id01 in ('PASS', 'FAIL') then 1 end) as id01_checked,
    count(case when outcome_id01 in ('FAIL') then 1 end) as id01_violations,
    count(case when outcome_id01 in ('NOT_APPLICABLE') then 1 end) as id01_not_applicable,
    count(case when outcome_id01 in ('TOO_FEW_POINTS') then 1 end) as id01_too_few,
    count(case when outcome_id01 in ('NOT_RUN') then 1 end) as id01_not_run,
    count(case when outcome_id02 in ('PASS', 'FAIL') then 1 end) as id02_checked,
    count(case when outcome_id02 in ('FAIL') then 1 end) as id02_violations,
    count(case when outcome_id02 in ('NOT_APPLICABLE') then 1 end) as id02_not_applicable,
    count(case when outcome_id02 in ('TOO_FEW_POINTS') then 1 end) as id02_too_few,
    count(case when outcome_id02 in ('NOT_RUN') then 1 end) as id02_not_run
  from judged
  group by period
)

select 'ID01' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  id01_checked as n_checked, id01_violations as n_violations, id01_not_applicable as n_not_applicable, id01_too_few as n_too_few, id01_not_run as n_not_run
from counted
union all
select 'ID02' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  id02_checked as n_checked, id02_violations as n_violations, id02_not_applicable as n_not_applicable, id02_too_few as n_too_few, id02_not_run as n_not_run
from counted
