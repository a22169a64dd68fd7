-- What each reported figure should be about, from everything but itself: the unit's own years around it (two back, two on),
-- each carried to this year by what its province's other cities did in between. Relative rules read this one table, and of it one
-- year: the years around are in the row (val_series), what the province did is one row per year and gap (val_common).
-- On a log scale (`on_log_scale`), where the figure can only be positive; on a softened one (asinh) where it may cross zero.
--   level_b2 … level_a2  the four predictions (before, after), on that scale; NULL where there is no such year
--   spread               what honest change looks like here: peers' MAD, the unit's own past spread_of_changes, rounding, and a floor
--   off_then             the same from the years before alone, as it was known when the figure came: only this may change its status
--   off                  in spreads: distance to the second closest prediction (the closest, where there are no more than two):
--                        a lasting step agrees with the years on its own side, one wrong neighbour is outvoted
-- A shock common to the province, and a break of definition, move the prediction with it once there are `min_peers` cities;
-- with fewer, years on the other side of a registered break are left out. Doubles: nothing here decides a score.
{% set floor = 0.03 %}
{% set unknown_spread = 0.15 %}
{# at the edge of a series steps are commoner: 99 % of the sample's figures lie within 2.9 spreads between two years, 6.0 at an edge, 9.5 beside a single year #}
{% set at_the_edge = 2 %}
{% set a_single_year = 3 %}
with scales as (
  {{ indicator_scales() }}
),

breaks as (
  select indicator, valid_from as period, min(code) as code, min(reason_zh) as reason_zh, min(reason_en) as reason_en
  from {{ source('raw', 'register_definitions') }}
  where not comparable_with_previous
  group by indicator, valid_from
),

figures as (
  select
    figures.*, units.province_code, scales.name_zh, scales.name_en, scales.unit as canonical_unit, scales.direction, scales.additive,
    scales.hard_low, scales.hard_high, scales.is_positive, scales.soft, {{ on_log_scale('figures.value') }} as level
  from {{ ref('stg_figures') }} as figures
  inner join scales on scales.indicator = figures.indicator
  inner join {{ source('raw', 'register_units') }} as units on units.unit_code = figures.unit_code
  where {{ only_changed('figures.period') }} and figures.value is not null
),

-- what the province did: shifts and spread_of_changes between this year and its neighbours, and among the neighbours
around as (
  select
    years.province_code, years.indicator, years.period,
    {% for name, later, gap in [('b2', 0, 2), ('b1', 0, 1), ('a1', 1, 1), ('a2', 2, 2), ('bb', -1, 1), ('aa', 2, 1), ('ba', 1, 2)] -%}
    coalesce(max(case when common.period = years.period + {{ later }} and common.gap = {{ gap }} then common.shift end), 0) as shift_{{ name }},
    coalesce(max(case when common.period = years.period + {{ later }} and common.gap = {{ gap }} then common.spread_of_changes end), {{ unknown_spread }}) as spread_{{ name }},
    max(case when common.period = years.period + {{ later }} and common.gap = {{ gap }} then common.n_peers end) as n_{{ name }}{{ ',' if not loop.last }}
    {% endfor %}
  from (
    select distinct province_code, indicator, period from {{ ref('val_series') }} where {{ only_changed('period') }}
  ) as years
  left join (select * from {{ ref('val_common') }} where {{ only_changed('period', [-1, 0, 1, 2]) }}) as common
    on common.province_code = years.province_code and common.indicator = years.indicator
    and common.period between years.period - 1 and years.period + 2
  group by years.province_code, years.indicator, years.period
),

beside as (
  select
    years.unit_code, years.indicator, years.period, years.value_b2, years.value_b1, years.value_a1, years.value_a2
    {%- for name in ['b2', 'b1', 'a1', 'a2'] %},
    {{ on_log_scale('years.value_' ~ name) }} as level_{{ name }}
    {%- endfor %}
  from {{ ref('val_series') }} as years
  inner join scales on scales.indicator = years.indicator
  where {{ only_changed('years.period') }}
),

-- years across a registered break count only where enough cities show the effect of the break
joined as (
  select
    figures.*,
    breaks.code as break_code, breaks.reason_zh as break_zh, breaks.reason_en as break_en,
    case when around.n_b2 >= {{ min_peers() }} or (breaks.period is null and break_b1.period is null) then beside.level_b2 + around.shift_b2 end as level_b2,
    case when around.n_b1 >= {{ min_peers() }} or breaks.period is null then beside.level_b1 + around.shift_b1 end as level_b1,
    case when around.n_a1 >= {{ min_peers() }} or break_a1.period is null then beside.level_a1 - around.shift_a1 end as level_a1,
    case when around.n_a2 >= {{ min_peers() }} or (break_a1.period is null and break_a2.period is null) then beside.level_a2 - around.shift_a2 end as level_a2,
    beside.value_b2, beside.value_b1, beside.value_a1, beside.value_a2,
    coalesce(best.submission_id = figures.submission_id and best.sheet = figures.sheet and best.cell = figures.cell, false) as is_best,
    around.spread_b2, around.spread_b1, around.spread_a1, around.spread_a2,
    abs(beside.level_b1 - beside.level_b2 - around.shift_bb) as own_bb,
    abs(beside.level_a2 - beside.level_a1 - around.shift_aa) as own_aa,
    abs(beside.level_a1 - beside.level_b1 - around.shift_ba) as own_ba,
    greatest(coalesce(around.n_b1, 0), coalesce(around.n_a1, 0)) as n_peers,
    case when figures.is_positive then least(cast(figures.resolution as double) / nullif(abs(cast(figures.value as double)), 0), 1.0) else 0.0 end as rounding
  from figures
  inner join beside
    on beside.unit_code = figures.unit_code and beside.indicator = figures.indicator and beside.period = figures.period
  left join (select * from {{ ref('val_baseline') }} where {{ only_changed('period') }}) as best
    on best.unit_code = figures.unit_code and best.indicator = figures.indicator and best.period = figures.period
  inner join around
    on around.province_code = figures.province_code and around.indicator = figures.indicator and around.period = figures.period
  left join breaks on breaks.indicator = figures.indicator and breaks.period = figures.period
  left join breaks as break_b1 on break_b1.indicator = figures.indicator and break_b1.period = figures.period - 1
  left join breaks as break_a1 on break_a1.indicator = figures.indicator and break_a1.period = figures.period + 1
  left join breaks as break_a2 on break_a2.indicator = figures.indicator and break_a2.period = figures.period + 2
),

spreads as (
  select
    joined.*,
    (case when level_b2 is not null then 1 else 0 end) + (case when level_b1 is not null then 1 else 0 end)
      + (case when level_a1 is not null then 1 else 0 end) + (case when level_a2 is not null then 1 else 0 end) as n_years,
    (level_b2 is not null or level_b1 is not null) and (level_a1 is not null or level_a2 is not null) as is_between,
    -- the spread of changes of the nearest year that is there
    coalesce(case when level_b1 is not null then spread_b1 end, case when level_a1 is not null then spread_a1 end,
      case when level_b2 is not null then spread_b2 end, case when level_a2 is not null then spread_a2 end) as peer_spread_of_changes,
    -- the middle one of the unit's own changes among the other years, but no more than thrice the smallest: one wrong year
    -- among them makes two of the three changes wild, and must not hide this one
    case
      when own_bb is not null and own_aa is not null and own_ba is not null
        then least(own_bb + own_aa + own_ba - greatest(own_bb, own_aa, own_ba) - least(own_bb, own_aa, own_ba),
          3 * least(own_bb, own_aa, own_ba) + 0.05)
      when own_bb is null and own_aa is null then own_ba
      when own_bb is null and own_ba is null then own_aa
      when own_aa is null and own_ba is null then own_bb
      else (coalesce(own_bb, 0) + coalesce(own_aa, 0) + coalesce(own_ba, 0)) / 2
    end as own_spread_of_changes
  from joined
),

measured as (
  select
    spreads.*,
    sqrt({{ floor }} * {{ floor }} + peer_spread_of_changes * peer_spread_of_changes + coalesce(own_spread_of_changes * own_spread_of_changes, {{ unknown_spread }} * {{ unknown_spread }} / 4)
      + rounding * rounding) as spread,
    sqrt({{ floor }} * {{ floor }} + power(coalesce(case when level_b1 is not null then spread_b1 end, spread_b2), 2)
      + coalesce(own_bb * own_bb, {{ unknown_spread }} * {{ unknown_spread }} / 4) + rounding * rounding) as spread_then,
    abs(level - level_b2) as d_b2, abs(level - level_b1) as d_b1, abs(level - level_a1) as d_a1, abs(level - level_a2) as d_a2
  from spreads
),

distances as (
  select
    measured.*,
    least(coalesce(d_b2, 1e9), coalesce(d_b1, 1e9), coalesce(d_a1, 1e9), coalesce(d_a2, 1e9)) as closest,
    {{ middle(['level_b2', 'level_b1', 'level_a1', 'level_a2']) }} as level_expected
  from measured
),

ranked as (
  select
    distances.*,
    case
      when level is null or n_years = 0 then null
      when n_years <= 2 then closest
      else least(
        {% for name in ['d_b2', 'd_b1', 'd_a1', 'd_a2'] -%}
        case when {{ name }} > closest then {{ name }} else 1e9 end,
        {% endfor -%}
        case when {% for name in ['d_b2', 'd_b1', 'd_a1', 'd_a2'] %}(case when {{ name }} = closest then 1 else 0 end){{ ' + ' if not loop.last }}{% endfor %} > 1
          then closest else 1e9 end)
    end as second_closest
  from distances
)

select
  submission_id, provider_id, form_id, unit_code, province_code, indicator, period, sheet, row_no, col_no, cell,
  value_text, value_printed, value, printed_unit, factor, resolution, decimals, name_zh, name_en, canonical_unit, direction, additive,
  hard_low, hard_high, is_positive, soft, break_code, break_zh, break_en, n_peers, n_years, is_between, rounding,
  value_b2, value_b1, value_a1, value_a2, is_best, level, level_b2, level_b1, level_a1, level_a2, level_expected, spread,
  second_closest / spread
    / (case when is_between then 1 when n_years >= 2 then {{ at_the_edge }} else {{ a_single_year }} end) as off,
  -- one of three or more years agrees with it against the others: two levels alternate, which more often is a second definition than a slip
  coalesce(n_years >= 3 and closest <= spread and second_closest > 2 * spread, false) as is_of_two_levels,
  case when level >= level_expected then 1 else -1 end as side,
  (case when level_b2 is not null then 1 else 0 end) + (case when level_b1 is not null then 1 else 0 end) as n_before,
  least(coalesce(d_b1, d_b2), coalesce(d_b2, d_b1)) / spread_then
    / (case when level_b1 is not null and level_b2 is not null then {{ at_the_edge }} else {{ a_single_year }} end) as off_then,
  {{ from_log_scale('level_expected') }} as expected,
  {{ from_log_scale('level_expected - 3 * spread') }} as expected_low,
  {{ from_log_scale('level_expected + 3 * spread') }} as expected_high,
  {{ plain_digits('value_printed') }} as digits
from ranked
