-- Written by expectations/compiler.py from expectations/rules/revisions.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with versions as (
  select
    sub.submission_id, sub.provider_id, sub.period, sub.received_at, calendar.due_at,
    lag(sub.submission_id) over (partition by sub.provider_id, sub.form_id, sub.period order by sub.ledger_seq) as earlier_id
  from {{ source('raw', 'submission') }} as sub
  left join {{ source('raw', 'register_calendar') }} as calendar on calendar.form_id = sub.form_id and calendar.period = sub.period
  where {{ only_changed('sub.period') }} and sub.form_id is not null and sub.period is not null and sub.read_status = 'read'
),

-- a figure that had to be mended anyway may be taken out
refused as (
  select distinct submission_id, sheet, row_no, col_no
  from {{ ref('val_intrinsic_hits') }}
  where {{ only_changed('period') }} and severity = 'E' and row_no is not null and col_no is not null
),

earlier as (
  select versions.submission_id, figures.unit_code, figures.indicator, max(figures.value) as value, max(figures.value_text) as value_text
  from versions
  inner join {{ ref('stg_figures') }} as figures on figures.submission_id = versions.earlier_id
  left join refused
    on refused.submission_id = figures.submission_id and refused.sheet = figures.sheet
    and refused.row_no = figures.row_no and refused.col_no = figures.col_no
  where {{ only_changed('figures.period') }} and figures.value is not null and figures.unit_code is not null and refused.submission_id is null
  group by versions.submission_id, figures.unit_code, figures.indicator
),

later as (
  select figures.*, row_number() over (partition by figures.submission_id, figures.unit_code, figures.indicator order by figures.row_no, figures.col_no) as occurrence
  from {{ ref('stg_figures') }} as figures
  inner join versions on versions.submission_id = figures.submission_id and versions.earlier_id is not null
  where {{ only_changed('figures.period') }} and figures.unit_code is not null
),

beside as (
  select
    versions.submission_id, versions.provider_id, earlier.unit_code, earlier.indicator, versions.period,
    later.sheet, later.row_no, later.col_no, later.cell, later.value_text, later.value, later.parse_code,
    earlier.value as earlier_value, versions.due_at, versions.received_at,
    indicators.unit as canonical_unit, indicators.name_zh, indicators.name_en, indicators.direction, units.name_zh as unit_zh,
    later.submission_id is null or (later.value is null and later.parse_code in ('BLANK', 'PLACEHOLDER')) as is_dropped,
    coalesce(later.value <> earlier.value, false) as is_changed,
    coalesce((indicators.direction = '+' and later.value > earlier.value) or (indicators.direction = '-' and later.value < earlier.value), false) as is_helped
  from versions
  inner join earlier on earlier.submission_id = versions.submission_id
  left join later
    on later.submission_id = versions.submission_id and later.unit_code = earlier.unit_code and later.indicator = earlier.indicator
    and later.occurrence = 1
  left join {{ source('raw', 'register_indicators') }} as indicators on indicators.indicator = earlier.indicator
  left join {{ source('raw', 'register_units') }} as units on units.unit_code = earlier.unit_code
),

counted as (
  select submission_id, sum(case when is_changed and direction in ('+', '-') then 1 else 0 end) as n_changed, sum(case when is_helped then 1 else 0 end) as n_helped
  from beside
  group by submission_id
)

select beside.*, counted.n_changed, counted.n_helped
from beside
inner join counted on counted.submission_id = beside.submission_id
