-- Written by expectations/compiler.py from expectations/rules/silence.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with last_year as (
  select unit_code, indicator, period, value from {{ ref('val_baseline') }} where {{ only_changed('period', [-1]) }}
),

changes as (
  select
    units.province_code, this_year.indicator, this_year.period, count(*) as n_peers,
    sum(case when (indicators.direction = '+' and this_year.value < last_year.value) or (indicators.direction = '-' and this_year.value > last_year.value) then 1 else 0 end) as n_worse
  from {{ ref('val_baseline') }} as this_year
  inner join last_year
    on last_year.unit_code = this_year.unit_code and last_year.indicator = this_year.indicator and last_year.period = this_year.period - 1
  inner join {{ source('raw', 'register_units') }} as units on units.unit_code = this_year.unit_code
  inner join {{ source('raw', 'register_indicators') }} as indicators on indicators.indicator = this_year.indicator
  where {{ only_changed('this_year.period') }}
  group by units.province_code, this_year.indicator, this_year.period
)

select
  figures.submission_id, figures.provider_id, figures.unit_code, figures.indicator, figures.period,
  figures.sheet, figures.row_no, figures.col_no, figures.cell, figures.value_text,
  indicators.name_zh, indicators.name_en, indicators.unit as canonical_unit, indicators.direction,
  last_year.value as last_value, changes.n_peers, changes.n_worse
from {{ ref('stg_figures') }} as figures
inner join {{ source('raw', 'register_units') }} as units on units.unit_code = figures.unit_code
left join {{ source('raw', 'register_indicators') }} as indicators on indicators.indicator = figures.indicator
left join last_year
  on last_year.unit_code = figures.unit_code and last_year.indicator = figures.indicator and last_year.period = figures.period - 1
left join changes
  on changes.province_code = units.province_code and changes.indicator = figures.indicator and changes.period = figures.period
where {{ only_changed('figures.period') }} and figures.value is null and figures.parse_code in ('BLANK', 'PLACEHOLDER')
