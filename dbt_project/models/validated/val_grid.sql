-- Who owes which indicator for which unit and period, by when, and what became of it: exactly one status per cell.
-- The grid comes from the register (forms, providers, units, calendar), never from what arrived. Missing is never zero.
-- What later years make doubtful is a suspicion (findings) and changes no status here.
-- Precedence: NO_RETURN/NOT_YET_DUE/RETURNED, QUARANTINED, NOT_APPLICABLE, MISSING, MARKED, ACCEPTED.
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
  inner join {{ source('raw', 'register_calendar') }} as calendar on calendar.form_id = provider_forms.form_id
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
    sum(case when severity = 'E' then 1 else 0 end) as n_must_fix,
    sum(case when severity = 'W' then 1 else 0 end) as n_must_explain,
    string_agg(distinct rule_code, ' ' order by rule_code) as rule_codes,
    min(case when severity = 'E' then why_zh end) as must_fix_zh,
    min(case when severity = 'E' then why_en end) as must_fix_en,
    min(case when severity = 'W' then why_zh end) as must_explain_zh,
    min(case when severity = 'W' then why_en end) as must_explain_en
  from {{ ref('val_hits') }}
  where row_no is not null and col_no is not null and severity in ('E', 'W') and as_known_then and {{ only_changed('period') }}
  group by submission_id, sheet, row_no, col_no
),

cells as (
  select
    figures.*,
    row_number() over (partition by submission_id, unit_code, indicator order by row_no, col_no) as occurrence
  from {{ ref('stg_figures') }} as figures
  where {{ only_changed('figures.period') }}
),

joined as (
  select
    owed.*,
    returns.submission_id,
    returns.received_at,
    returns.n_returns,
    cells.sheet,
    cells.cell,
    cells.value_text,
    cells.printed_unit,
    cells.value,
    cells.parse_code,
    hit_cells.n_must_fix,
    hit_cells.n_must_explain,
    hit_cells.rule_codes,
    hit_cells.must_fix_zh,
    hit_cells.must_fix_en,
    hit_cells.must_explain_zh,
    hit_cells.must_explain_en,
    case
      when returns.submission_id is null and returns.n_returns is not null then 'RETURNED'
      when returns.submission_id is null and owed.due_at > night.as_of then 'NOT_YET_DUE'
      when returns.submission_id is null then 'NO_RETURN'
      when coalesce(hit_cells.n_must_fix, 0) > 0 then 'QUARANTINED'
      when cells.parse_code = 'NOT_APPLICABLE' then 'NOT_APPLICABLE'
      when cells.value is null then 'MISSING'
      when coalesce(hit_cells.n_must_explain, 0) > 0 then 'MARKED'
      else 'ACCEPTED'
    end as status
  from owed
  cross join {{ source('raw', 'night') }} as night
  left join returns
    on returns.provider_id = owed.provider_id and returns.form_id = owed.form_id and returns.period = owed.period
  left join cells
    on cells.submission_id = returns.submission_id and cells.unit_code = owed.unit_code
    and cells.indicator = owed.indicator and cells.occurrence = 1
  left join hit_cells
    on hit_cells.submission_id = cells.submission_id and hit_cells.sheet = cells.sheet
    and hit_cells.row_no = cells.row_no and hit_cells.col_no = cells.col_no
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
  joined.submission_id,
  joined.sheet,
  joined.cell,
  joined.value_text,
  joined.printed_unit,
  joined.value,
  coalesce(joined.n_must_fix, 0) as n_must_fix,
  coalesce(joined.n_must_explain, 0) as n_must_explain,
  joined.rule_codes,
  case joined.status
    when 'QUARANTINED' then joined.must_fix_zh
    when 'MARKED' then joined.must_explain_zh
    else statuses.why_zh
  end as why_zh,
  case joined.status
    when 'QUARANTINED' then joined.must_fix_en
    when 'MARKED' then joined.must_explain_en
    else statuses.why_en
  end as why_en
from joined
inner join {{ ref('cell_statuses') }} as statuses on statuses.status = joined.status
