-- How far every reported figure lies from what its neighbours lead to, as it was known when its own period closed (known = 'then': earlier years
-- alone) and from everything there is (known = 'now'). What val_certainty ranks. Two kinds of neighbours:
--   off    its own two years before and two after, each carried to this year by the median change of all units, in spreads. A prediction weighs
--          as much as it is steady: the units' MAD of that very step, the own change among the other years (none that crosses a registered
--          break), rounding, a floor. The distance is the smaller of that to the weighted median and that to the second closest prediction (of
--          two, the closest), so that one wrong neighbour calls nobody.
--   apart  the level among all units beside the own level of the other years, less what the unit's other indicators did in the same way, in
--          the indicator's own spread (val_certainty).
-- Figures that may cross zero have none: there is no ratio to judge. Doubles, but nothing here enters a score as a number.
{{ config(materialized='table') }}
{% set floor = 0.03 %}
{% set unknown_spread = 0.15 %}
{% set away = {'b2': -2, 'b1': -1, 'a1': 1, 'a2': 2} %}
{% set sides = {'b2': 'before', 'b1': 'before', 'a1': 'after', 'a2': 'after'} %}
with scales as (
  {{ indicator_scales() }}
),

levels as (
  select
    years.unit_code, years.indicator, years.period, ln(cast(years.value as double)) as level
    {%- for name in sides %}, case when years.value_{{ name }} > 0 then ln(cast(years.value_{{ name }} as double)) end as level_{{ name }}{% endfor %}
  from {{ ref('val_series') }} as years
  inner join scales on scales.indicator = years.indicator and scales.is_positive
),

clean as (
  select levels.*, level - median(level) over (partition by indicator, period) as standing
  from levels
  where level is not null
),

steps as (
  {%- for gap in (1, 2) %}
  {{ 'union all' if not loop.first }}
  select indicator, period, {{ gap }} as gap, median(level - level_b{{ gap }}) as shift, 1.4826 * mad(level - level_b{{ gap }}) as spread, count(level_b{{ gap }}) as n_units
  from clean
  group by indicator, period
  having count(level_b{{ gap }}) >= {{ min_peers() }}
  {%- endfor %}
),

breaks as (
  select distinct indicator, valid_from as period from {{ source('raw', 'register_definitions') }} where not comparable_with_previous
),

-- what all units did around a year: into it (b), out of it (a), and among its neighbours
around as (
  select
    years.indicator, years.period,
    {% for name, later, gap in [('b2', 0, 2), ('b1', 0, 1), ('a1', 1, 1), ('a2', 2, 2), ('bb', -1, 1), ('aa', 2, 1), ('ba', 1, 2)] -%}
    max(case when steps.period = years.period + {{ later }} and steps.gap = {{ gap }} then steps.shift end) as shift_{{ name }},
    max(case when steps.period = years.period + {{ later }} and steps.gap = {{ gap }} then steps.spread end) as spread_{{ name }},
    max(case when steps.period = years.period + {{ later }} and steps.gap = {{ gap }} then steps.n_units end) as n_{{ name }},
    {% endfor -%}
    max(case when breaks.period is not null then 1 else 0 end) = 1 as crosses
  from (select distinct indicator, period from levels) as years
  left join steps on steps.indicator = years.indicator and steps.period between years.period - 1 and years.period + 2
  left join breaks on breaks.indicator = years.indicator and breaks.period between years.period and years.period + 1
  group by years.indicator, years.period
),

figures as (
  select
    figures.submission_id, figures.sheet, figures.row_no, figures.col_no, figures.unit_code, figures.indicator, figures.period, figures.value,
    coalesce(best.submission_id = figures.submission_id and best.sheet = figures.sheet and best.cell = figures.cell, false) as is_best,
    ln(cast(figures.value as double)) as level,
    least(cast(figures.resolution as double) / cast(figures.value as double), 1.0) as rounding,
    {%- for name, sign in [('b2', '+'), ('b1', '+'), ('a1', '-'), ('a2', '-')] %}
    levels.level_{{ name }} {{ sign }} around.shift_{{ name }} as level_{{ name }}, around.spread_{{ name }}, around.n_{{ name }},
    {%- endfor %}
    abs(levels.level_b1 - levels.level_b2 - around.shift_bb) as own_bb,
    abs(levels.level_a2 - levels.level_a1 - around.shift_aa) as own_aa,
    case when not around.crosses then abs(levels.level_a1 - levels.level_b1 - around.shift_ba) end as own_ba
  from {{ ref('stg_figures') }} as figures
  inner join levels
    on levels.unit_code = figures.unit_code and levels.indicator = figures.indicator and levels.period = figures.period
  inner join around on around.indicator = figures.indicator and around.period = figures.period
  left join {{ ref('val_baseline') }} as best
    on best.unit_code = figures.unit_code and best.indicator = figures.indicator and best.period = figures.period
  where figures.value > 0
),

own as (
  select figures.*, coalesce(own_bb, {{ unknown_spread }}) as own_then, coalesce({{ middle(['own_bb', 'own_aa', 'own_ba']) }}, {{ unknown_spread }}) as own_now
  from figures
),

-- one row a prediction, those from earlier years twice: as known then and now
predictions as (
  select
    ways.known, ways.side, own.period + ways.away as year, own.submission_id, own.sheet, own.row_no, own.col_no, own.unit_code, own.indicator, own.period, own.value, own.is_best, own.level, own.rounding,
    case ways.known when 'then' then own.own_then else own.own_now end as own_change,
    {%- for column in ('level', 'spread', 'n') %}
    case ways.away {% for name, steps in away.items() %}when {{ steps }} then own.{{ column }}_{{ name }} {% endfor %}end as {{ {'level': 'predicted', 'spread': 'spread', 'n': 'n_units'}[column] }}{{ ',' if not loop.last }}
    {%- endfor %}
  from own
  cross join (
    {%- for known, names in [('then', ['b2', 'b1']), ('now', ['b2', 'b1', 'a1', 'a2'])] %}{% set last = loop.last %}{% for name in names %}
    select '{{ known }}' as known, '{{ sides[name] }}' as side, {{ away[name] }} as away{{ '' if last and loop.last else ' union all' }}
    {%- endfor %}{% endfor %}
  ) as ways
),

weights as (
  select predictions.*, abs(level - predicted) as distance, 1 / ({{ floor }} * {{ floor }} + spread * spread + own_change * own_change + rounding * rounding) as weight
  from predictions
  where predicted is not null
),

ordered as (
  select
    weights.*,
    sum(weight) over (partition by known, submission_id, sheet, row_no, col_no order by predicted, weight rows between unbounded preceding and current row) as weight_so_far,
    row_number() over (partition by known, submission_id, sheet, row_no, col_no order by distance) as nearness,
    count(*) over (partition by known, submission_id, sheet, row_no, col_no) as n_years
  from weights
),

weighed as (
  select ordered.*, max(weight_so_far) over (partition by known, submission_id, sheet, row_no, col_no) as weights
  from ordered
),

measured as (
  select
    known, submission_id, sheet, row_no, col_no, unit_code, indicator, period, value, is_best, level,
    min(case when weight_so_far >= weights / 2 then predicted end) as predicted,
    max(case when nearness = case when n_years > 2 then 2 else 1 end then distance end) as voted,
    max(weights) as weights, max(n_years) as n_years, string_agg(cast(year as {{ dbt.type_string() }}), '、' order by year) as years, min(n_units) as n_units,
    max(case when side = 'before' then 1 else 0 end) + max(case when side = 'after' then 1 else 0 end) as n_sides
  from weighed
  group by known, submission_id, sheet, row_no, col_no, unit_code, indicator, period, value, is_best, level
),

-- the own standing among all units in the other years
standings as (
  select mine.unit_code, mine.indicator, mine.period, median(case when other.period < mine.period then other.standing end) as standing_then, median(other.standing) as standing_now
  from levels as mine
  inner join clean as other on other.unit_code = mine.unit_code and other.indicator = mine.indicator and other.period <> mine.period
  group by mine.unit_code, mine.indicator, mine.period
),

usual as (
  select 'then' as known, unit_code, indicator, period, standing_then as standing from standings where standing_then is not null
  union all
  select 'now' as known, unit_code, indicator, period, standing_now from standings
),

middles as (
  select indicator, period, median(level) as level from clean group by indicator, period
),

-- what the unit's indicators did together in a year: a whole return in another unit of measure, a territory that has changed
lifts as (
  select usual.known, usual.unit_code, usual.period, median(clean.standing - usual.standing) as lift
  from usual
  inner join clean on clean.unit_code = usual.unit_code and clean.indicator = usual.indicator and clean.period = usual.period
  group by usual.known, usual.unit_code, usual.period
)

select
  measured.known, measured.submission_id, measured.sheet, measured.row_no, measured.col_no, measured.unit_code, measured.indicator, measured.period,
  measured.value, measured.is_best, measured.n_years, measured.years, measured.n_sides, measured.n_units,
  measured.level - measured.predicted as log_ratio,
  least(abs(measured.level - measured.predicted), measured.voted) * sqrt(measured.weights) as off,
  measured.level - middles.level - usual.standing - coalesce(lifts.lift, 0) as apart
from measured
left join usual
  on usual.known = measured.known and usual.unit_code = measured.unit_code and usual.indicator = measured.indicator and usual.period = measured.period
left join middles on middles.indicator = measured.indicator and middles.period = measured.period
left join lifts on lifts.known = measured.known and lifts.unit_code = measured.unit_code and lifts.period = measured.period
