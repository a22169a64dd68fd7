-- A unit's years side by side: every year in which there is a clean value or a figure to be tested, with the best known values of
-- two years back and two on, NULL where there is none. Whatever looks over the years reads one row here, so that nothing joins years
-- with years. Levels (values on the comparing scale) are taken of these values where they are read: looking them up and writing them
-- down would cost more than the logarithm, and the rules that compare plain values need none.
with best as (
  select best.unit_code, best.indicator, best.period, units.province_code, best.value, best.resolution
  from {{ ref('val_baseline') }} as best
  inner join {{ source('raw', 'register_units') }} as units on units.unit_code = best.unit_code
  where {{ only_changed('best.period', [-2, -1, 0, 1, 2]) }}
),

-- a year that is tested without having a clean value has its row all the same: all its figures have a must-fix hit
held_back as (
  select distinct figures.unit_code, figures.indicator, figures.period
  from (
    select distinct submission_id, sheet, row_no, col_no
    from {{ ref('val_intrinsic_hits') }}
    where severity = 'E' and {{ only_changed('period') }}
  ) as hit_cells
  inner join {{ ref('stg_figures') }} as figures
    on figures.submission_id = hit_cells.submission_id and figures.sheet = hit_cells.sheet
    and figures.row_no = hit_cells.row_no and figures.col_no = hit_cells.col_no
  where {{ only_changed('figures.period') }} and figures.value is not null and figures.unit_code is not null
),

years as (
  select unit_code, province_code, indicator, period, value, resolution from best
  union all
  select held_back.unit_code, units.province_code, held_back.indicator, held_back.period,
    cast(null as decimal(28, 8)) as value, cast(null as decimal(28, 8)) as resolution
  from held_back
  inner join {{ source('raw', 'register_units') }} as units on units.unit_code = held_back.unit_code
  left join (select unit_code, indicator, period from {{ ref('val_baseline') }} where {{ only_changed('period') }}) as clean
    on clean.unit_code = held_back.unit_code and clean.indicator = held_back.indicator and clean.period = held_back.period
  where clean.unit_code is null
),

beside as (
  select
    years.*,
    {% for name, steps in [('b2', -2), ('b1', -1), ('a1', 1), ('a2', 2)] -%}
    {{ of_year('value', steps) }} as value_{{ name }}{{ ',' if not loop.last }}
    {% endfor %}
  from years
  window series as (partition by unit_code, indicator order by period)
)

select
  unit_code, province_code, indicator, period, value, resolution, value_b2, value_b1, value_a1, value_a2
from beside
where {{ only_changed('period') }}
