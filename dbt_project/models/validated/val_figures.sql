-- The figures in force: one row per unit, indicator and period that a return in force reports and no must-fix hit holds back.
-- Must-explain hits pass with a mark, and so do exempted ones; what rests on later years marks nothing: a closed year stays as it was
-- known then. Where no reported figure is in force and a visit (察访核验) has established the value,
-- that value is in force, with the visit as its source: a vintage beside the reported ones, which stay in staging.
with hit_cells as (
  select
    submission_id, sheet, row_no, col_no,
    sum(case when counts_as = 'E' then 1 else 0 end) as n_must_fix,
    sum(case when counts_as = 'W' then 1 else 0 end) as n_must_explain
  from {{ ref('val_ruled_hits') }}
  where row_no is not null and col_no is not null and as_known_then and {{ only_changed('period') }}
  group by submission_id, sheet, row_no, col_no
),

reported as (
  select
    figures.unit_code,
    figures.indicator,
    figures.period,
    figures.value,
    figures.value_text,
    figures.printed_unit,
    figures.resolution,
    definitions.definition_id,
    case when coalesce(hit_cells.n_must_explain, 0) > 0 then 'MARKED' else 'ACCEPTED' end as status,
    coalesce(hit_cells.n_must_explain, 0) as n_must_explain,
    figures.submission_id,
    figures.provider_id,
    figures.form_id,
    figures.sheet,
    figures.row_no,
    figures.col_no,
    figures.cell,
    returns.received_at as known_at,
    'return' as source
  from {{ ref('stg_figures') }} as figures
  inner join {{ ref('val_returns') }} as returns
    on returns.submission_id = figures.submission_id and returns.is_in_force
  left join hit_cells
    on hit_cells.submission_id = figures.submission_id and hit_cells.sheet = figures.sheet
    and hit_cells.row_no = figures.row_no and hit_cells.col_no = figures.col_no
  left join {{ source('raw', 'register_definitions') }} as definitions
    on definitions.indicator = figures.indicator
    and figures.period between definitions.valid_from and coalesce(definitions.valid_to, 9999)
  where {{ only_changed('figures.period') }}
    and figures.value is not null
    and figures.unit_code is not null
    and coalesce(hit_cells.n_must_fix, 0) = 0
)

select * from reported

union all

select
  visits.unit_code,
  visits.indicator,
  visits.period,
  visits.true_value as value,
  visits.true_text as value_text,
  visits.measure_text as printed_unit,
  visits.resolution,
  definitions.definition_id,
  'MARKED' as status,
  0 as n_must_explain,
  visits.submission_id,
  visits.provider_id,
  'visits' as form_id,
  visits.sheet,
  visits.row_no,
  visits.value_col_no as col_no,
  visits.value_cell as cell,
  visits.received_at as known_at,
  'visit' as source
from {{ ref('val_visits') }} as visits
left join reported
  on reported.unit_code = visits.unit_code and reported.indicator = visits.indicator and reported.period = visits.period
left join {{ source('raw', 'register_definitions') }} as definitions
  on definitions.indicator = visits.indicator
  and visits.period between definitions.valid_from and coalesce(definitions.valid_to, 9999)
where {{ only_changed('visits.period') }}
  and visits.is_in_force and visits.result = '不实' and visits.true_value is not null
  and reported.unit_code is null
