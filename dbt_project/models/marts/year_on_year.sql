-- Each value beside last year's, with a comparability code and its plain reason. A change is computed only where the two
-- years can be compared; rates in percentage points, amounts in per cent, nothing but the difference where the base is not positive.
with this_year as (
  select unit_code, indicator, period, 'reported' as value_kind, value, status, cast(null as varchar) as derived_caliber_id,
    indicator as numerator, cast(null as varchar) as denominator
  from {{ ref('val_grid') }}
  union all
  select unit_code, indicator, period, 'derived', value, status, caliber_id, numerator, denominator
  from {{ ref('sco_values') }}
  where denominator is not null
),

breaks as (
  select indicator, valid_from as period, code, reason_zh, reason_en
  from {{ source('raw', 'register_calibers') }}
  where not comparable_with_previous
),

measures as (
  select indicator, unit from {{ source('raw', 'register_indicators') }}
  union
  select distinct indicator, unit from {{ source('raw', 'register_derived_indicators') }}
),

paired as (
  select
    this_year.unit_code,
    this_year.indicator,
    this_year.period,
    this_year.value_kind,
    measures.unit,
    this_year.value,
    this_year.status,
    last_year.value as previous_value,
    last_year.status as previous_status,
    case
      when last_year.unit_code is null then 'NO_PREVIOUS'
      when 'QUARANTINED' in (this_year.status, last_year.status) then 'QUARANTINED'
      when this_year.status not in ('ACCEPTED', 'MARKED') or last_year.status not in ('ACCEPTED', 'MARKED') then 'MISSING'
      when top_break.code is not null then top_break.code
      when bottom_break.code is not null then bottom_break.code
      when this_year.derived_caliber_id <> last_year.derived_caliber_id then 'CALIBER'
      when last_year.value <= 0 and measures.unit <> '%' then 'BASE0'
      else 'OK'
    end as comparability_code,
    coalesce(top_break.reason_zh, bottom_break.reason_zh) as break_zh,
    coalesce(top_break.reason_en, bottom_break.reason_en) as break_en
  from this_year
  left join this_year as last_year
    on last_year.unit_code = this_year.unit_code and last_year.indicator = this_year.indicator
    and last_year.value_kind = this_year.value_kind and last_year.period = this_year.period - 1
  left join measures on measures.indicator = this_year.indicator
  left join breaks as top_break on top_break.indicator = this_year.numerator and top_break.period = this_year.period
  left join breaks as bottom_break on bottom_break.indicator = this_year.denominator and bottom_break.period = this_year.period
  where {{ only_changed('this_year.period') }}
)

select
  paired.unit_code,
  paired.indicator,
  paired.period,
  paired.value_kind,
  paired.unit,
  paired.value,
  paired.previous_value,
  case when paired.comparability_code in ('OK', 'BASE0') then cast(paired.value - paired.previous_value as decimal(28, 8)) end as difference,
  case when paired.comparability_code = 'OK' and paired.unit <> '%'
    then {{ exact_div('(paired.value - paired.previous_value) * 100', 'paired.previous_value', 4) }} end as growth_pct,
  case when paired.indicator = 'gdp' then growth.value end as growth_official_pct,
  paired.comparability_code,
  codes.name_zh as comparability_zh,
  codes.name_en as comparability_en,
  case when paired.comparability_code in ('CALIBER', 'STANDARD', 'VINTAGE', 'PRICE') then coalesce(paired.break_zh, codes.reason_zh) else codes.reason_zh end as why_zh,
  case when paired.comparability_code in ('CALIBER', 'STANDARD', 'VINTAGE', 'PRICE') then coalesce(paired.break_en, codes.reason_en) else codes.reason_en end as why_en
from paired
inner join {{ ref('comparability_codes') }} as codes on codes.comparability_code = paired.comparability_code
left join {{ ref('val_figures') }} as growth
  on growth.unit_code = paired.unit_code and growth.period = paired.period and growth.indicator = 'gdp_growth_rate'
