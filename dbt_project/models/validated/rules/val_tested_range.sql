-- Written by expectations/compiler.py from expectations/rules/range.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
select
  figures.submission_id, figures.provider_id, figures.unit_code, figures.indicator, figures.period,
  figures.sheet, figures.row_no, figures.col_no, figures.cell,
  figures.value_text, figures.value, figures.printed_unit,
  indicators.unit as canonical_unit, indicators.name_zh, indicators.name_en,
  indicators.hard_low, indicators.hard_high, indicators.soft_low, indicators.soft_high
from {{ ref('stg_figures') }} as figures
left join {{ source('raw', 'register_indicators') }} as indicators on indicators.indicator = figures.indicator
where {{ only_changed('figures.period') }}
