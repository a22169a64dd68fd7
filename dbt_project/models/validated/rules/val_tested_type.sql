-- Written by expectations/compiler.py from expectations/rules/type.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
select
  figures.submission_id, figures.provider_id, figures.unit_code, figures.indicator, figures.period,
  figures.sheet, figures.row_no, figures.col_no, figures.cell,
  figures.value_text, figures.value, figures.value_printed, figures.parse_code, figures.unit_text_code, figures.unit_text_name,
  figures.printed_unit, figures.unit_stated, figures.factor,
  indicators.unit as canonical_unit, indicators.name_zh, indicators.name_en,
  due.unit_text as expected_unit,
  expected_measure.factor as expected_factor
from {{ ref('stg_figures') }} as figures
left join {{ source('raw', 'register_indicators') }} as indicators on indicators.indicator = figures.indicator
left join {{ source('raw', 'register_form_column') }} as due
  on due.form_id = figures.form_id and due.field = figures.indicator
  and figures.period >= due.period_from and figures.period <= coalesce(due.period_to, 9999)
left join {{ source('raw', 'register_measures') }} as expected_measure
  on expected_measure.unit_text = due.unit_text and expected_measure.canonical_unit = indicators.unit
where {{ only_changed('figures.period') }}
