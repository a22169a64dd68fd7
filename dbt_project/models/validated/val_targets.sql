-- Targets in force by unit, indicator and period, in the indicator's canonical unit.
select
  targets.unit_code,
  targets.indicator,
  targets.period,
  cast(round(targets.target * measures.factor, 8) as decimal(28, 8)) as target,
  targets.source_type,
  targets.source_ref,
  targets.submission_id,
  targets.sheet,
  targets.row_no
from {{ ref('stg_targets') }} as targets
inner join {{ ref('val_returns') }} as returns on returns.submission_id = targets.submission_id and returns.is_in_force
inner join {{ source('raw', 'register_indicators') }} as indicators on indicators.indicator = targets.indicator
inner join {{ source('raw', 'register_measures') }} as measures
  on measures.unit_text = targets.unit_text and measures.canonical_unit = indicators.unit
where {{ only_changed('targets.period') }} and targets.target is not null
