-- Written by expectations/compiler.py from expectations/rules/range.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
select
  figures.submission_id, figures.provider_id, figures.unit_code, figures.indicator, figures.period,
  figures.sheet, figures.row_no, figures.col_no, figures.cell,
  figures.value_text, figures.value, figures.printed_unit,
  indicators.unit as canonical_unit, indicators.name_zh, indicators.name_en,
  indicators.hard_low, indicators.hard_high, indicators.soft_low, indicators.soft_high,
  coalesce(figures.value < indicators.hard_low, false) or coalesce(figures.value > indicators.hard_high, false)
    as is_impossible,
  coalesce(figures.value < indicators.soft_low, false) or coalesce(figures.value > indicators.soft_high, false)
    as is_unusual
from {{ ref('stg_figures') }} as figures
left join {{ source('raw', 'register_indicators') }} as indicators on {{ as_indicator('indicators.indicator') }} = figures.indicator
where {{ only_changed('figures.period') }}
