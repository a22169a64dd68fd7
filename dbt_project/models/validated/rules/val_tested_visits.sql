-- Written by expectations/compiler.py from expectations/rules/visits.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with records as (
  select visits.*, providers.name_zh as provider_zh
  from {{ ref('val_visits') }} as visits
  left join {{ source('raw', 'register_provider') }} as providers on providers.provider_id = visits.provider_id
  where {{ only_changed('visits.period') }}
)

select
  'visit' as grain,
  submission_id, provider_id, cast(null as {{ text }}) as unit_code, cast(null as {{ text }}) as indicator, period, sheet, row_no, col_no, cell,
  provider_zh, unit_code as unit_text, indicator as indicator_text, unit_zh, indicator_zh, indicator_en,
  result, document, told_text, unit_text as told_unit, true_value, reported_value,
  is_known, is_own, has_right, has_value,
  cast(null as {{ text }}) as value_text, cast(null as {{ text }}) as printed_unit,
  cast(null as decimal(28, 8)) as value, cast(null as decimal(28, 8)) as tick
from records

union all

select
  'figure' as grain,
  figures.submission_id, figures.provider_id, figures.unit_code, figures.indicator, figures.period, figures.sheet, figures.row_no, figures.col_no, figures.cell,
  records.provider_zh, figures.unit_code, figures.indicator, records.unit_zh, records.indicator_zh, records.indicator_en,
  records.result, records.document, coalesce(records.told_text, '无'), records.unit_text, records.true_value, records.reported_value,
  records.is_known, records.is_own, records.has_right, records.has_value,
  figures.value_text, figures.printed_unit, figures.value, figures.tick
from {{ ref('stg_figures') }} as figures
inner join records
  on records.unit_code = figures.unit_code and records.indicator = figures.indicator and records.period = figures.period
  and records.is_in_force
where {{ only_changed('figures.period') }} and figures.value is not null
