-- What a unit of this year-end was made of a year-end before: one row per unit and source that is not simply itself unchanged.
-- A share is the register's; else, where each part has only this source, the part's size over all parts by the indicator the
-- register names, in the first year in which all of them report it (estimated); else unknown, and nothing is re-based.
-- `is_same`: only name or code have changed. Units that no longer exist have `has_ended` rows of their last source.
with edges as (
  select
    events.event_id, events.happened, events.event_type, events.share_basis, events.share_indicator, events.share as share_given, events.source,
    later.valid_from as period, later.unit_code, later.name_zh, later.name_en, later.level, later.unit_key,
    earlier.unit_code as from_unit_code, earlier.name_zh as from_name_zh, earlier.name_en as from_name_en, earlier.unit_key as from_key
  from {{ source('raw', 'register_unit_events') }} as events
  inner join {{ source('raw', 'register_unit_states') }} as later on later.unit_key = events.to_key
  inner join {{ source('raw', 'register_unit_states') }} as earlier on earlier.unit_key = events.from_key
  where {{ only_changed('later.valid_from') }}
),

sized as (
  select
    edges.*,
    figures.value as size,
    sum(figures.value) over (partition by edges.from_key, edges.period) as whole,
    count(figures.value) over (partition by edges.from_key, edges.period) as n_sized,
    count(*) over (partition by edges.from_key, edges.period) as n_parts,
    count(*) over (partition by edges.unit_key) as n_sources
  from edges
  left join {{ ref('val_figures') }} as figures
    on figures.unit_code = edges.unit_code and figures.indicator = edges.share_indicator and figures.period = edges.period
),

shared as (
  select
    sized.*,
    cast(coalesce(share_given, case when n_sized = n_parts then {{ exact_div('size', 'whole', 8) }} end) as decimal(28, 8)) as share
  from sized
)

select
  unit_code,
  period,
  from_unit_code,
  unit_key,
  from_key,
  name_zh,
  name_en,
  from_name_zh,
  from_name_en,
  level,
  event_id,
  happened,
  event_type,
  share_basis,
  share_indicator,
  share,
  coalesce(share <> 1, true) as is_estimated,
  n_sources = 1 and n_parts = 1 and coalesce(share = 1, false) as is_same,
  cast(n_sources as integer) as n_sources,
  from_unit_code not in (
    select states.unit_code from {{ source('raw', 'register_unit_states') }} as states
    where shared.period between coalesce(states.valid_from, 0) and coalesce(states.valid_to, 9999)
  ) as has_ended,
  source
from shared
