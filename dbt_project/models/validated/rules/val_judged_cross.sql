-- Written by expectations/compiler.py from expectations/rules/cross.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with judged as (
  select
    tested.*,
    case
      when not coalesce(indicator in ('gdp', 'gdp_per_capita', 'resident_population'), false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(gdp is null or gdp_per_capita is null or resident_population is null or gdp_per_capita <= 0 or resident_population <= 0, false) then 'TOO_FEW_POINTS'
      else case (abs(gdp - gdp_per_capita * resident_population) * 100 > 3 * gdp_per_capita * resident_population) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cr01,
    case
      when not coalesce(indicator in ('gdp', 'gdp_growth_rate'), false) then null
      when coalesce(is_gdp_break, false) then 'NOT_APPLICABLE'
      when coalesce(gdp is null or last_gdp is null or gdp_growth_rate is null or last_gdp <= 0, false) then 'TOO_FEW_POINTS'
      else case (gdp_growth_rate <= -100 or (gdp / last_gdp / (1 + gdp_growth_rate / 100) - 1) * 100 not between -5 and 15) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cr02,
    case
      when not coalesce(indicator in ('fiscal_expenditure', 'education_expenditure', 'science_expenditure'), false) then null
      when coalesce(spending_in_one_return, false) then 'NOT_APPLICABLE'
      when coalesce(fiscal_expenditure is null or education_expenditure is null or science_expenditure is null, false) then 'TOO_FEW_POINTS'
      else case (education_expenditure + science_expenditure > fiscal_expenditure + education_expenditure_tick + science_expenditure_tick + fiscal_expenditure_tick) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cr03,
    case
      when not coalesce(indicator in ('pension_insured', 'medical_insured'), false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(resident_population is null, false) then 'TOO_FEW_POINTS'
      else case (insured > 1.02 * resident_population) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cr04,
    case
      when not coalesce(indicator in ('average_wage', 'wage_bill', 'on_post_staff_avg'), false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(average_wage is null or wage_bill is null or on_post_staff_avg is null, false) then 'TOO_FEW_POINTS'
      else case (wage_bill * 100 < (100 - 3) * average_wage * (on_post_staff_avg - on_post_staff_avg_tick / 2) or wage_bill * 100 > (100 + 3) * average_wage * (on_post_staff_avg + on_post_staff_avg_tick / 2)) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cr05,
    case
      when not coalesce(indicator in ('primary_students', 'primary_teachers'), false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(primary_students is null or primary_teachers is null or primary_teachers <= 0, false) then 'TOO_FEW_POINTS'
      else case (primary_students < 8 * primary_teachers or primary_students > 35 * primary_teachers) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cr06,
    case
      when not coalesce(indicator in ('doctors', 'hospital_beds'), false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(doctors is null or hospital_beds is null or hospital_beds <= 0, false) then 'TOO_FEW_POINTS'
      else case (doctors < 0.15 * hospital_beds or doctors > 1.5 * hospital_beds) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cr07,
    case
      when not coalesce(indicator in ('retail_sales', 'fiscal_revenue'), false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(gdp is null or gdp <= 0, false) then 'TOO_FEW_POINTS'
      else case ((indicator = 'retail_sales' and (retail_sales * 100 < 15 * gdp or retail_sales * 100 > 90 * gdp)) or (indicator = 'fiscal_revenue' and (fiscal_revenue * 100 < 2 * gdp or fiscal_revenue * 100 > 25 * gdp))) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cr08
  from {{ ref('val_tested_cross') }} as tested
  where {{ only_changed('tested.period') }}
),

marked as (
  select judged.*, coalesce(outcome_cr01 = 'FAIL' or outcome_cr02 = 'FAIL' or outcome_cr03 = 'FAIL' or outcome_cr04 = 'FAIL' or outcome_cr05 = 'FAIL' or outcome_cr06 = 'FAIL' or outcome_cr07 = 'FAIL' or outcome_cr08 = 'FAIL', false) as is_failing from judged
),

kept as (
  select
    period, outcome_cr01, outcome_cr02, outcome_cr03, outcome_cr04, outcome_cr05, outcome_cr06, outcome_cr07, outcome_cr08, is_failing,
    case when is_failing then submission_id end as submission_id,
    case when is_failing then provider_id end as provider_id,
    case when is_failing then unit_code end as unit_code,
    case when is_failing then indicator end as indicator,
    case when is_failing then sheet end as sheet,
    case when is_failing then row_no end as row_no,
    case when is_failing then col_no end as col_no,
    case when is_failing then cell end as cell,
    case when is_failing then average_wage end as average_wage,
    case when is_failing then doctors end as doctors,
    case when is_failing then education_expenditure end as education_expenditure,
    case when is_failing then fiscal_expenditure end as fiscal_expenditure,
    case when is_failing then fiscal_revenue end as fiscal_revenue,
    case when is_failing then gdp end as gdp,
    case when is_failing then gdp_growth_rate end as gdp_growth_rate,
    case when is_failing then gdp_per_capita end as gdp_per_capita,
    case when is_failing then hospital_beds end as hospital_beds,
    case when is_failing then insured end as insured,
    case when is_failing then last_gdp end as last_gdp,
    case when is_failing then name_en end as name_en,
    case when is_failing then name_zh end as name_zh,
    case when is_failing then on_post_staff_avg end as on_post_staff_avg,
    case when is_failing then on_post_staff_avg_tick end as on_post_staff_avg_tick,
    case when is_failing then primary_students end as primary_students,
    case when is_failing then primary_teachers end as primary_teachers,
    case when is_failing then printed_unit end as printed_unit,
    case when is_failing then resident_population end as resident_population,
    case when is_failing then retail_sales end as retail_sales,
    case when is_failing then science_expenditure end as science_expenditure,
    case when is_failing then to_base end as to_base,
    case when is_failing then value_text end as value_text,
    case when is_failing then wage_bill end as wage_bill
  from marked
)

select period, outcome_cr01, outcome_cr02, outcome_cr03, outcome_cr04, outcome_cr05, outcome_cr06, outcome_cr07, outcome_cr08, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, average_wage, doctors, education_expenditure, fiscal_expenditure, fiscal_revenue, gdp, gdp_growth_rate, gdp_per_capita, hospital_beds, insured, last_gdp, name_en, name_zh, on_post_staff_avg, on_post_staff_avg_tick, primary_students, primary_teachers, printed_unit, resident_population, retail_sales, science_expenditure, to_base, value_text, wage_bill, count(*) as n_alike
from kept
group by period, outcome_cr01, outcome_cr02, outcome_cr03, outcome_cr04, outcome_cr05, outcome_cr06, outcome_cr07, outcome_cr08, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, average_wage, doctors, education_expenditure, fiscal_expenditure, fiscal_revenue, gdp, gdp_growth_rate, gdp_per_capita, hospital_beds, insured, last_gdp, name_en, name_zh, on_post_staff_avg, on_post_staff_avg_tick, primary_students, primary_teachers, printed_unit, resident_population, retail_sales, science_expenditure, to_base, value_text, wage_bill
