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

-- only where several figures are there for one place has one to be preferred: sorting all of them would cost seven times this count
repeated as (
  select unit_code, indicator, period
  from {{ ref('stg_figures') }}
  where {{ only_changed('period') }} and value is not null and unit_code is not null
  group by unit_code, indicator, period
  having count(*) > 1
),

ranked as (
  select
    figures.submission_id, figures.sheet, figures.row_no, figures.col_no,
    row_number() over (
      partition by figures.unit_code, figures.indicator, figures.period
      order by coalesce(must_fix.hits, 0), figures.ledger_seq desc, figures.row_no
    ) as preference
  from {{ ref('stg_figures') }} as figures
  inner join repeated
    on repeated.unit_code = figures.unit_code and repeated.indicator = figures.indicator and repeated.period = figures.period
  left join must_fix on must_fix.submission_id = figures.submission_id
  left join hit_cells
    on hit_cells.submission_id = figures.submission_id and hit_cells.sheet = figures.sheet
    and hit_cells.row_no = figures.row_no and hit_cells.col_no = figures.col_no
  where {{ only_changed('figures.period') }} and figures.value is not null and hit_cells.submission_id is null
),

left_out as (
  select submission_id, sheet, row_no, col_no from hit_cells
  union all
  select submission_id, sheet, row_no, col_no from ranked where preference > 1
),

visited as (
  select unit_code, {{ as_indicator('indicator') }} as indicator, period, true_value as value, resolution, submission_id, sheet, value_cell as cell
  from {{ ref('val_visits') }}
  where {{ only_changed('period') }} and is_in_force and true_value is not null
)

select
  figures.unit_code, figures.indicator, figures.period, figures.value, figures.resolution, figures.submission_id, figures.sheet, figures.cell
from {{ ref('stg_figures') }} as figures
left join left_out
  on left_out.submission_id = figures.submission_id and left_out.sheet = figures.sheet
  and left_out.row_no = figures.row_no and left_out.col_no = figures.col_no
left join visited
  on visited.unit_code = figures.unit_code and visited.indicator = figures.indicator and visited.period = figures.period
where {{ only_changed('figures.period') }}
  and figures.value is not null
  and figures.unit_code is not null
  and left_out.submission_id is null
  and visited.unit_code is null
union all
select unit_code, indicator, period, value, resolution, submission_id, sheet, cell from visited
