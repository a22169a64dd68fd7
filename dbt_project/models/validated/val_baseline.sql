-- The best known clean value of each unit, indicator and period: what relative rules compare with.
-- Taken from the return with the fewest must-fix hits of the intrinsic rules (the latest among equals), so that no rule
-- has to wait for its own verdict. A cell with a must-fix hit never serves as a baseline. What a verification visit found stands before
-- whatever was reported.
with must_fix as (
  select submission_id, count(*) as hits
  from {{ ref('val_intrinsic_hits') }}
  where severity = 'E' and {{ only_changed('period') }}
  group by submission_id
),

hit_cells as (
  select distinct submission_id, sheet, row_no, col_no
  from {{ ref('val_intrinsic_hits') }}
  where severity = 'E' and row_no is not null and col_no is not null and {{ only_changed('period') }}
),

clean as (
  select
    figures.unit_code, figures.indicator, figures.period, figures.value, figures.tick, figures.submission_id, figures.sheet, figures.cell,
    figures.ledger_seq, figures.row_no
  from {{ ref('stg_figures') }} as figures
  left join hit_cells
    on hit_cells.submission_id = figures.submission_id and hit_cells.sheet = figures.sheet
    and hit_cells.row_no = figures.row_no and hit_cells.col_no = figures.col_no
  where {{ only_changed('figures.period') }}
    and figures.value is not null
    and figures.unit_code is not null
    and hit_cells.submission_id is null
),

-- only where several figures are there for one place is one to be preferred: sorting all of them would cost seven times this count
repeated as (
  select unit_code, indicator, period from clean group by unit_code, indicator, period having count(*) > 1
),

ranked as (
  select
    clean.*,
    row_number() over (
      partition by clean.unit_code, clean.indicator, clean.period
      order by coalesce(must_fix.hits, 0), clean.ledger_seq desc, clean.row_no
    ) as preference
  from clean
  inner join repeated
    on repeated.unit_code = clean.unit_code and repeated.indicator = clean.indicator and repeated.period = clean.period
  left join must_fix on must_fix.submission_id = clean.submission_id
),

reported as (
  select clean.unit_code, clean.indicator, clean.period, clean.value, clean.tick, clean.submission_id, clean.sheet, clean.cell
  from clean
  left join repeated
    on repeated.unit_code = clean.unit_code and repeated.indicator = clean.indicator and repeated.period = clean.period
  where repeated.unit_code is null
  union all
  select unit_code, indicator, period, value, tick, submission_id, sheet, cell from ranked where preference = 1
),

visited as (
  select unit_code, {{ as_indicator('indicator') }} as indicator, period, true_value as value, tick, submission_id, sheet, told_cell as cell
  from {{ ref('val_visits') }}
  where {{ only_changed('period') }} and is_in_force and true_value is not null
),

best as (
  select reported.*
  from reported
  left join visited
    on visited.unit_code = reported.unit_code and visited.indicator = reported.indicator and visited.period = reported.period
  where visited.unit_code is null
  union all
  select unit_code, indicator, period, value, tick, submission_id, sheet, cell from visited
)

select
  best.unit_code,
  best.indicator,
  best.period,
  best.value,
  best.tick,
  calibers.caliber_id,
  best.submission_id,
  best.sheet,
  best.cell
from best
left join {{ source('raw', 'register_calibers') }} as calibers
  on calibers.indicator = best.indicator
  and best.period between calibers.valid_from and coalesce(calibers.valid_to, 9999)
