-- Written by expectations/compiler.py from expectations/rules/identity.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
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
