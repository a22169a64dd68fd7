-- Written by expectations/compiler.py from expectations/rules. Every hit of every rule, all rows: what the gate, the marts and the slips read.
-- error_rate = |reported - should be| / |should be|; impact_permille = that difference in thousandths of the province's total.
with hits as (
  select * from {{ ref('val_intrinsic_hits') }}
  where {{ only_changed('period') }}
  union all
  select * from {{ ref('val_hits_companions') }}
  where {{ only_changed('period') }}
  union all
  select * from {{ ref('val_hits_copies') }}
  where {{ only_changed('period') }}
  union all
  select * from {{ ref('val_hits_cross') }}
  where {{ only_changed('period') }}
  union all
  select * from {{ ref('val_hits_growth') }}
  where {{ only_changed('period') }}
  union all
  select * from {{ ref('val_hits_hands') }}
  where {{ only_changed('period') }}
  union all
  select * from {{ ref('val_hits_hierarchy') }}
  where {{ only_changed('period') }}
  union all
  select * from {{ ref('val_hits_history') }}
  where {{ only_changed('period') }}
  union all
  select * from {{ ref('val_hits_keying') }}
  where {{ only_changed('period') }}
  union all
  select * from {{ ref('val_hits_peers') }}
  where {{ only_changed('period') }}
  union all
  select * from {{ ref('val_hits_places') }}
  where {{ only_changed('period') }}
  union all
  select * from {{ ref('val_hits_revisions') }}
  where {{ only_changed('period') }}
  union all
  select * from {{ ref('val_hits_runs') }}
  where {{ only_changed('period') }}
  union all
  select * from {{ ref('val_hits_silence') }}
  where {{ only_changed('period') }}
  union all
  select * from {{ ref('val_hits_targets') }}
  where {{ only_changed('period') }}
  union all
  select * from {{ ref('val_hits_yearly') }}
  where {{ only_changed('period') }}
),

totals as (
  select units.province_code, best.indicator, best.period, sum(abs(best.value)) as total
  from {{ ref('val_baseline') }} as best
  inner join {{ source('raw', 'register_units') }} as units on units.unit_code = best.unit_code and units.level <> 'province'
  inner join {{ source('raw', 'register_indicators') }} as indicators on indicators.indicator = best.indicator and indicators.additive
  where {{ only_changed('best.period') }}
  group by units.province_code, best.indicator, best.period
)

select
  hits.*,
  try_cast(abs(cast(figures.value as double) - cast(hits.should_be as double)) / nullif(abs(cast(hits.should_be as double)), 0) as decimal(28, 8)) as error_rate,
  try_cast(abs(cast(figures.value as double) - cast(hits.should_be as double)) * 1000 / nullif(cast(totals.total as double), 0) as decimal(28, 8)) as impact_permille
from hits
left join {{ ref('stg_figures') }} as figures
  on figures.submission_id = hits.submission_id and figures.sheet = hits.sheet and figures.row_no = hits.row_no
  and figures.col_no = hits.col_no and figures.indicator = hits.indicator and {{ only_changed('figures.period') }}
left join {{ source('raw', 'register_units') }} as units on units.unit_code = hits.unit_code
left join totals on totals.province_code = units.province_code and totals.indicator = hits.indicator and totals.period = hits.period
