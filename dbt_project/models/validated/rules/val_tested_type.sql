-- Written by expectations/compiler.py from expectations/rules/type.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with due as (
  select asked.form_id, {{ as_indicator('indicators.indicator') }} as indicator, asked.period_from, asked.period_to,
    asked.unit_text, measures.factor
  from {{ source('raw', 'register_form_column') }} as asked
  inner join {{ source('raw', 'register_indicators') }} as indicators on indicators.indicator = asked.field
  left join {{ source('raw', 'register_measures') }} as measures
    on measures.unit_text = asked.unit_text and measures.canonical_unit = indicators.unit
)

select
  figures.submission_id, figures.provider_id, figures.unit_code, figures.indicator, figures.period,
  figures.sheet, figures.row_no, figures.col_no, figures.cell,
  figures.value_text, figures.value_printed, figures.parse_code, figures.unit_text_code, figures.unit_text_name,
  figures.printed_unit, figures.unit_stated, figures.factor,
  indicators.unit as canonical_unit, indicators.name_zh, indicators.name_en,
  due.unit_text as expected_unit,
  due.factor as expected_factor
from {{ ref('stg_figures') }} as figures
left join {{ source('raw', 'register_indicators') }} as indicators on {{ as_indicator('indicators.indicator') }} = figures.indicator
left join due
  on due.form_id = figures.form_id and due.indicator = figures.indicator
  and figures.period >= due.period_from and figures.period <= coalesce(due.period_to, 9999)
where {{ only_changed('figures.period') }}
