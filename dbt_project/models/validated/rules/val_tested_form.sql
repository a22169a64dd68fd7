-- Written by expectations/compiler.py from expectations/rules/form.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with rows_of_unit as (
  select submission_id, sheet, unit_code, count(distinct row_no) as n_rows, min(row_no) as first_row, max(row_no) as last_row
  from {{ ref('stg_figures') }}
  where {{ only_changed('period') }} and unit_code is not null
  group by submission_id, sheet, unit_code
),

owned as (
  select provider_forms.provider_id, form_columns.field
  from {{ source('raw', 'register_provider_form') }} as provider_forms
  inner join {{ source('raw', 'register_form_column') }} as form_columns on form_columns.form_id = provider_forms.form_id
  group by provider_forms.provider_id, form_columns.field
)

select
  'figure' as grain,
  figures.submission_id, figures.provider_id, figures.unit_code, figures.indicator, figures.period,
  figures.sheet, figures.row_no, figures.col_no, figures.cell,
  figures.form_id, figures.value_text, figures.unit_text_code, figures.unit_text_name,
  units.name_zh as unit_name, units.province_code as unit_province,
  named.unit_code as named_unit,
  providers.name_zh as provider_name, providers.province_code as provider_province,
  indicators.name_zh as indicator_zh, indicators.name_en as indicator_en,
  owned.field as owned_field,
  due.field as due_field,
  rows_of_unit.n_rows, rows_of_unit.first_row, rows_of_unit.last_row,
  cast(null as {{ text }}) as declared_provider,
  cast(null as {{ text }}) as form_title,
  cast(null as {{ text }}) as owed_form,
  cast(null as {{ text }}) as read_status
from {{ ref('stg_figures') }} as figures
left join {{ source('raw', 'register_units') }} as units on units.unit_code = figures.unit_code
left join {{ source('raw', 'register_unit_aliases') }} as named on named.alias = figures.unit_text_name
left join {{ source('raw', 'register_provider') }} as providers on providers.provider_id = figures.provider_id
left join {{ source('raw', 'register_indicators') }} as indicators on {{ as_indicator('indicators.indicator') }} = figures.indicator
left join owned on owned.provider_id = figures.provider_id and owned.field = figures.indicator
left join {{ source('raw', 'register_form_column') }} as due
  on due.form_id = figures.form_id and due.field = figures.indicator
  and figures.period >= due.period_from and figures.period <= coalesce(due.period_to, 9999)
left join rows_of_unit
  on rows_of_unit.submission_id = figures.submission_id and rows_of_unit.sheet = figures.sheet
  and rows_of_unit.unit_code = figures.unit_code
where {{ only_changed('figures.period') }} and figures.parse_code <> 'BLANK'

union all

select
  'return' as grain,
  returns.submission_id, returns.provider_id, null, null, coalesce(returns.period, 0),
  null, null, null, null,
  returns.form_id, null, null, null, null, null, null,
  providers.name_zh, providers.province_code,
  null, null, null, null, null, null, null,
  returns.declared_provider,
  forms.title_zh,
  provider_forms.form_id,
  returns.read_status
from {{ source('raw', 'submission') }} as returns
left join {{ source('raw', 'register_provider') }} as providers on providers.provider_id = returns.provider_id
left join {{ source('raw', 'register_form') }} as forms on forms.form_id = returns.form_id
left join {{ source('raw', 'register_provider_form') }} as provider_forms
  on provider_forms.provider_id = returns.provider_id and provider_forms.form_id = returns.form_id
where {{ only_changed('coalesce(returns.period, 0)') }}
