-- Written by expectations/compiler.py from expectations/rules/nil.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with owed as (
  select provider_forms.provider_id, forms.form_id, forms.number
  from {{ source('raw', 'register_provider_form') }} as provider_forms
  inner join {{ source('raw', 'register_form') }} as forms on forms.form_id = provider_forms.form_id
)

select
  nil.submission_id, nil.provider_id, cast(null as {{ text }}) as unit_code, cast(null as {{ text }}) as indicator, nil.period,
  cast(null as {{ text }}) as sheet, cast(null as integer) as row_no, cast(null as integer) as col_no, cast(null as {{ text }}) as cell,
  nil.form_number, owed.form_id as owed_form
from {{ ref('stg_nil_returns') }} as nil
left join owed on owed.provider_id = nil.provider_id and nil.form_number in (owed.number, owed.form_id)
where {{ only_changed('nil.period') }}
