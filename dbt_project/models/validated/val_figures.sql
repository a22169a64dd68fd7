-- The figures in force: one row per unit, indicator and period that a return in force reports and no must-fix hit holds back.
-- Must-explain hits pass with a mark, unless they rest on later years: a closed year stays as it was known then.
with hit_cells as (
  select
    submission_id, sheet, row_no, col_no,
    sum(case when severity = 'E' then 1 else 0 end) as n_must_fix,
    sum(case when severity = 'W' then 1 else 0 end) as n_must_explain
  from {{ ref('val_hits') }}
  where row_no is not null and col_no is not null and as_known_then and {{ only_changed('period') }}
  group by submission_id, sheet, row_no, col_no
)

select
  figures.unit_code,
  figures.indicator,
  figures.period,
  figures.value,
  figures.value_text,
  figures.printed_unit,
  figures.tick,
  calibers.caliber_id,
  case when coalesce(hit_cells.n_must_explain, 0) > 0 then 'MARKED' else 'ACCEPTED' end as status,
  coalesce(hit_cells.n_must_explain, 0) as n_must_explain,
  figures.submission_id,
  figures.provider_id,
  figures.form_id,
  figures.sheet,
  figures.row_no,
  figures.col_no,
  figures.cell,
  returns.received_at as known_at
from {{ ref('stg_figures') }} as figures
inner join {{ ref('val_returns') }} as returns
  on returns.submission_id = figures.submission_id and returns.is_in_force
left join hit_cells
  on hit_cells.submission_id = figures.submission_id and hit_cells.sheet = figures.sheet
  and hit_cells.row_no = figures.row_no and hit_cells.col_no = figures.col_no
left join {{ source('raw', 'register_calibers') }} as calibers
  on calibers.indicator = figures.indicator
  and figures.period between calibers.valid_from and coalesce(calibers.valid_to, 9999)
where {{ only_changed('figures.period') }}
  and figures.value is not null
  and figures.unit_code is not null
  and coalesce(hit_cells.n_must_fix, 0) = 0
