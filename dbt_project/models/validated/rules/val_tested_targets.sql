-- Written by expectations/compiler.py from expectations/rules/targets.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with wanted as (
  select
    targets.unit_code, targets.indicator, targets.period, round(targets.target * measures.factor, 8) as target, indicators.direction,
    row_number() over (partition by targets.unit_code, targets.indicator, targets.period order by targets.ledger_seq desc, targets.row_no) as preference
  from {{ ref('stg_targets') }} as targets
  inner join {{ source('raw', 'register_indicators') }} as indicators on indicators.indicator = targets.indicator
  inner join {{ source('raw', 'register_measures') }} as measures
    on measures.unit_text = targets.unit_text and measures.canonical_unit = indicators.unit
  where {{ only_changed('targets.period') }} and targets.target is not null
),

beside as (
  select
    figures.submission_id, figures.provider_id, figures.unit_code, figures.indicator, figures.period,
    figures.sheet, figures.row_no, figures.col_no, figures.cell, figures.value_text, figures.value, figures.printed_unit, figures.tick,
    figures.canonical_unit, figures.name_zh, figures.name_en, figures.hard_low, figures.hard_high,
    wanted.target,
    length(trim(both '0' from figures.digits)) as n_digits,
    case when wanted.direction = '-' then wanted.target - figures.value else figures.value - wanted.target end as beyond
  from {{ ref('val_expected') }} as figures
  left join wanted
    on wanted.unit_code = figures.unit_code and wanted.indicator = figures.indicator and wanted.period = figures.period
    and wanted.preference = 1
  where {{ only_changed('figures.period') }}
),

counted as (
  select
    submission_id, count(*) as n_near, sum(case when beyond >= 0 then 1 else 0 end) as n_above
  from beside
  where target <> 0 and abs(beyond) * 100 <= abs(target)
  group by submission_id
)

select beside.*, coalesce(counted.n_near, 0) as n_near, coalesce(counted.n_above, 0) as n_above,
  coalesce(target <> 0 and beyond >= 0 and beyond * 100 <= abs(target), false) as is_just_above
from beside
left join counted on counted.submission_id = beside.submission_id
