-- The indicator dictionary: one row per indicator and caliber.
{{ config(materialized='table') }}
select
  indicators.indicator,
  calibers.valid_from,
  calibers.valid_to,
  'reported' as kind,
  indicators.name_zh,
  indicators.name_en,
  indicators.unit,
  indicators.direction,
  calibers.caliber_id,
  cast(null as varchar) as formula,
  calibers.definition_zh,
  calibers.definition_en,
  calibers.comparable_with_previous,
  calibers.reason_zh as why_zh,
  calibers.reason_en as why_en
from {{ source('raw', 'register_indicators') }} as indicators
inner join {{ source('raw', 'register_calibers') }} as calibers on calibers.indicator = indicators.indicator
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
  derived.caliber_id,
  concat(derived.numerator, ' / ', derived.denominator, ' × ', {{ plain('derived.factor', separated=false) }}),
  coalesce(calibers.definition_zh, derived.note_zh, derived.name_zh),
  coalesce(calibers.definition_en, derived.name_en),
  coalesce(calibers.comparable_with_previous, true),
  coalesce(calibers.reason_zh, '由报送指标计算'),
  coalesce(calibers.reason_en, 'Computed from reported indicators')
from {{ source('raw', 'register_derived_indicators') }} as derived
left join {{ source('raw', 'register_calibers') }} as calibers
  on calibers.indicator = derived.indicator and calibers.valid_from = derived.period_from
