-- Targets in force by unit, indicator and period, in the indicator's canonical unit.
select
  targets.unit_code,
  targets.indicator,
  targets.period,
  {{ within_limit('round(targets.target * measures.factor, 8)') }} as target,
  targets.source_type,
  targets.source_ref,
  targets.measure_text as printed_unit,
  cells.value_text,
  returns.provider_id,
  returns.form_id,
  returns.received_at as known_at,
  targets.submission_id,
  targets.sheet,
  targets.row_no,
  cells.cell
from {{ ref('stg_targets') }} as targets
inner join {{ ref('val_returns') }} as returns on returns.submission_id = targets.submission_id and returns.is_in_force
inner join (
  select indicator, unit from {{ source('raw', 'register_indicators') }}
  union
  select indicator, unit from {{ source('raw', 'register_derived_indicators') }}
) as indicators on indicators.indicator = targets.indicator
inner join {{ source('raw', 'register_measures') }} as measures
  on measures.measure_text = targets.measure_text and measures.canonical_unit = indicators.unit
left join {{ source('raw', 'cell') }} as cells
  on cells.submission_id = targets.submission_id and cells.sheet = targets.sheet and cells.row_no = targets.row_no
  and cells.table_name = 'targets' and cells.field = 'target'
where {{ only_changed('targets.period') }} and targets.target is not null
