-- Who owes which indicator for which unit and period, by when, and what became of it: exactly one status per cell.
-- The grid comes from the register (forms, providers, units, calendar), never from what arrived. Missing is never zero.
-- A hit counts as what rulings and visits have made of it. A figure found untrue by a visit that established the value is MARKED, with that value.
-- Precedence: visited, NIL/RETURNED/NOT_YET_DUE/NO_RETURN, QUARANTINED, NOT_APPLICABLE, NIL, MISSING, MARKED, ACCEPTED.
-- Late is no status but `is_late`: a late figure counts in full, its lateness is the provider's. Figures take precedence over a nil return.
-- What later years make doubtful is a suspicion (findings) and changes no status here.
with owed as (
  select
    units.unit_code,
    form_columns.field as indicator,
    calendar.period,
    provider_forms.provider_id,
    provider_forms.form_id,
    calendar.due_at
  from {{ source('raw', 'register_provider_form') }} as provider_forms
  inner join {{ source('raw', 'register_provider') }} as providers on providers.provider_id = provider_forms.provider_id
  inner join {{ source('raw', 'register_form') }} as forms
    on forms.form_id = provider_forms.form_id and forms.kind = 'figures'
  inner join {{ source('raw', 'register_calendar') }} as calendar
    on calendar.form_id = provider_forms.form_id
    and {{ within_years('calendar.period', 'provider_forms') }}
  inner join {{ source('raw', 'register_form_column') }} as form_columns
    on form_columns.form_id = provider_forms.form_id
    and calendar.period between form_columns.period_from and coalesce(form_columns.period_to, 9999)
  inner join {{ source('raw', 'register_units') }} as units
    on units.province_code = providers.province_code and units.level = 'prefecture'
    and calendar.period between units.valid_from and coalesce(units.valid_to, 9999)
  where {{ only_changed('calendar.period') }}
),

returns as (
  select
    provider_id, form_id, period,
    max(case when is_in_force then submission_id end) as submission_id,
    max(case when is_in_force then received_at end) as received_at,
    count(*) as n_returns
  from {{ ref('val_returns') }}
  where {{ only_changed('period') }}
  group by provider_id, form_id, period
),

hit_cells as (
  select
    submission_id, sheet, row_no, col_no,
    sum(case when counts_as = 'E' then 1 else 0 end) as n_must_fix,
    sum(case when counts_as = 'W' then 1 else 0 end) as n_must_explain,
    string_agg(distinct rule_code, ' ' order by rule_code) as rule_codes,
    min(case when counts_as = 'E' then why_zh end) as must_fix_zh,
    min(case when counts_as = 'E' then why_en end) as must_fix_en,
    min(case when counts_as = 'W' then concat(case when severity = 'E' then '（已准予豁免或经察访属实）' else '' end, why_zh) end) as must_explain_zh,
    min(case when counts_as = 'W' then concat(case when severity = 'E' then '(exempted, or found true by a visit) ' else '' end, why_en) end) as must_explain_en
  from {{ ref('val_ruled_hits') }}
  where row_no is not null and col_no is not null and counts_as in ('E', 'W') and as_known_then and {{ only_changed('period') }}
  group by submission_id, sheet, row_no, col_no
),

cells as (
  select
    figures.*,
    row_number() over (partition by submission_id, unit_code, indicator order by row_no, col_no) as occurrence
  from {{ ref('stg_figures') }} as figures
  where {{ only_changed('figures.period') }}
),

-- cells of which the door says that they hold no figure and no reason
blanks as (
  select distinct submission_id, sheet, row_no, col_no
  from {{ source('raw', 'door_verdict') }}
  where rule_code = 'BLANK' and {{ only_changed('period') }}
),

visited as (
  select * from {{ ref('val_figures') }}
  where source = 'visit' and {{ only_changed('period') }}
),

joined as (
  select
    owed.*,
    case when visited.unit_code is null then coalesce(returns.submission_id, nil_returns.submission_id) else visited.submission_id end as submission_id,
    case when visited.unit_code is null then coalesce(returns.received_at, nil_returns.received_at) else visited.known_at end as received_at,
    nil_returns.reason as nil_reason,
    case when visited.unit_code is null then cells.sheet else visited.sheet end as sheet,
    case when visited.unit_code is null then cells.cell else visited.cell end as cell,
    case when visited.unit_code is null then cells.value_text else visited.value_text end as value_text,
    case when visited.unit_code is null then cells.printed_unit else visited.printed_unit end as printed_unit,
    case when visited.unit_code is null then cells.value else visited.value end as value,
    visited.unit_code is not null as is_visited,
    cells.value_text as reported_text,
    cells.parse_code,
    hit_cells.n_must_fix,
    hit_cells.n_must_explain,
    hit_cells.rule_codes,
    hit_cells.must_fix_zh,
    hit_cells.must_fix_en,
    hit_cells.must_explain_zh,
    hit_cells.must_explain_en,
    case
      when visited.unit_code is not null then 'MARKED'
      when returns.submission_id is null and nil_returns.submission_id is not null then 'NIL'
      when returns.submission_id is null and returns.n_returns is not null then 'RETURNED'
      when returns.submission_id is null and owed.due_at > night.as_of then 'NOT_YET_DUE'
      when returns.submission_id is null then 'NO_RETURN'
      when coalesce(hit_cells.n_must_fix, 0) > 0 then 'QUARANTINED'
      when cells.parse_code = 'NOT_APPLICABLE' then 'NOT_APPLICABLE'
      when cells.parse_code = 'NIL' then 'NIL'
      when cells.submission_id is null or blanks.submission_id is not null then 'MISSING'
      when coalesce(hit_cells.n_must_explain, 0) > 0 then 'MARKED'
      else 'ACCEPTED'
    end as status
  from owed
  cross join {{ source('raw', 'night') }} as night
  left join returns
    on returns.provider_id = owed.provider_id and returns.form_id = owed.form_id and returns.period = owed.period
  left join {{ ref('val_nil_returns') }} as nil_returns
    on nil_returns.provider_id = owed.provider_id and nil_returns.form_id = owed.form_id and nil_returns.period = owed.period
  left join cells
    on cells.submission_id = returns.submission_id and cells.unit_code = owed.unit_code
    and cells.indicator = owed.indicator and cells.occurrence = 1
  left join hit_cells
    on hit_cells.submission_id = cells.submission_id and hit_cells.sheet = cells.sheet
    and hit_cells.row_no = cells.row_no and hit_cells.col_no = cells.col_no
  left join blanks
    on blanks.submission_id = cells.submission_id and blanks.sheet = cells.sheet
    and blanks.row_no = cells.row_no and blanks.col_no = cells.col_no
  left join visited
    on visited.unit_code = owed.unit_code and visited.indicator = owed.indicator and visited.period = owed.period
)

select
  joined.unit_code,
  joined.indicator,
  joined.period,
  joined.status,
  statuses.status_zh,
  joined.provider_id,
  joined.form_id,
  joined.due_at,
  joined.received_at,
  coalesce(joined.received_at > joined.due_at, false) as is_late,
  joined.submission_id,
  joined.sheet,
  joined.cell,
  joined.value_text,
  joined.printed_unit,
  joined.value,
  coalesce(joined.n_must_fix, 0) as n_must_fix,
  coalesce(joined.n_must_explain, 0) as n_must_explain,
  joined.rule_codes,
  case
    when joined.is_visited then concat('察访核验更正：填报 ', coalesce(joined.reported_text, '（空）'), '，核实 ', joined.value_text)
    when joined.status = 'QUARANTINED' then joined.must_fix_zh
    when joined.status = 'MARKED' then joined.must_explain_zh
    when joined.status = 'NIL' then concat(statuses.why_zh, '：', coalesce(joined.value_text, joined.nil_reason))
    else statuses.why_zh
  end as why_zh,
  case
    when joined.is_visited then concat('Corrected by a verification visit: reported ', coalesce(joined.reported_text, '(blank)'), ', found ', joined.value_text)
    when joined.status = 'QUARANTINED' then joined.must_fix_en
    when joined.status = 'MARKED' then joined.must_explain_en
    when joined.status = 'NIL' then concat(statuses.why_en, ': ', coalesce(joined.value_text, joined.nil_reason))
    else statuses.why_en
  end as why_en
from joined
inner join {{ ref('cell_statuses') }} as statuses on statuses.status = joined.status
