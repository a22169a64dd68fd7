-- The indicator dictionary: one row per indicator and definition.
{{ config(materialized='table') }}
select
  indicators.indicator,
  definitions.valid_from,
  definitions.valid_to,
  'reported' as kind,
  indicators.name_zh,
  indicators.name_en,
  indicators.unit,
  indicators.direction,
  definitions.definition_id,
  cast(null as varchar) as formula,
  definitions.definition_zh,
  definitions.definition_en,
  definitions.comparable_with_previous,
  definitions.reason_zh as why_zh,
  definitions.reason_en as why_en
from {{ source('raw', 'register_indicators') }} as indicators
inner join {{ source('raw', 'register_definitions') }} as definitions on definitions.indicator = indicators.indicator
union all
select
  derived.indicator,
  derived.period_from,
  derived.period_to,
  'derived',
  derived.name_zh,
  derived.name_en,
  derived.unit,
  derived.direction,
  derived.definition_id,
  concat(derived.numerator, ' / ', derived.denominator, ' × ', {{ plain('derived.factor', separated=false) }}),
  coalesce(definitions.definition_zh, derived.note_zh, derived.name_zh),
  coalesce(definitions.definition_en, derived.name_en),
  coalesce(definitions.comparable_with_previous, true),
  coalesce(definitions.reason_zh, '由报送指标计算'),
  coalesce(definitions.reason_en, 'Computed from reported indicators')
from {{ source('raw', 'register_derived_indicators') }} as derived
left join {{ source('raw', 'register_definitions') }} as definitions
  on definitions.indicator = derived.indicator and definitions.valid_from = derived.period_from
