-- Written by expectations/compiler.py from expectations/rules/hierarchy.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  with cities as (
    select units.province_code, best.indicator, best.period, count(*) as n_cities, sum(best.value) as total, sum(best.tick) as rounding
    from {{ ref('val_baseline') }} as best
    inner join {{ source('raw', 'register_units') }} as units on units.unit_code = best.unit_code and units.level = 'prefecture'
    where {{ only_changed('best.period') }}
    group by units.province_code, best.indicator, best.period
  ),

  registered as (
    select province_code, count(*) as n_owed from {{ source('raw', 'register_units') }} where level = 'prefecture' group by province_code
  )

  select
    figures.submission_id, figures.provider_id, figures.unit_code, figures.indicator, figures.period,
    figures.sheet, figures.row_no, figures.col_no, figures.cell, figures.value_text, figures.value, figures.printed_unit, figures.tick,
    indicators.name_zh, indicators.name_en, indicators.unit as canonical_unit,
    registered.n_owed, coalesce(cities.n_cities, 0) as n_cities, cities.total, cities.rounding
  from {{ ref('stg_figures') }} as figures
  inner join {{ source('raw', 'register_units') }} as units on units.unit_code = figures.unit_code and units.level = 'province'
  inner join {{ source('raw', 'register_indicators') }} as indicators on indicators.indicator = figures.indicator and indicators.additive
  left join registered on registered.province_code = units.province_code
  left join cities on cities.province_code = units.province_code and cities.indicator = figures.indicator and cities.period = figures.period
  where {{ only_changed('figures.period') }} and figures.value is not null
),

judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(n_owed is null or n_cities < n_owed, false) then 'TOO_FEW_POINTS'
      else case (abs(total - value) * 2 > rounding + tick and abs(total - value) * 100 > 0.5 * abs(value)) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_hc01
  from tested
),

failing as (
  select * from judged
  where outcome_hc01 = 'FAIL'
)

-- HC01 各市之和与全省数不符 / The cities do not add up to the province
select
  'HC01' as rule_code,
  cast(1 as integer) as rule_version,
  'W' as severity,
  submission_id,
  provider_id,
  unit_code,
  indicator,
  period,
  sheet,
  row_no,
  col_no,
  cell,
  coalesce(cast(value_text as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') as seen,
  '各市之和 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(total as decimal(28, 8)) as {{ text }}))), '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') as expected,
  try_cast(total - rounding / 2 as decimal(28, 8)) as expected_low,
  try_cast(total + rounding / 2 as decimal(28, 8)) as expected_high,
  cast(n_cities as integer) as baseline_n,
  '全省“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”为 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(value as decimal(28, 8)) as {{ text }}))), '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || ', ' || coalesce(cast(n_cities as {{ text }}), '（空）') || ' 市之和为 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(total as decimal(28, 8)) as {{ text }}))), '（空）') || ', 相差 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round((cast(total as double) / nullif(cast(value as double), 0) - 1) * 100, 2) as decimal(28, 8)) as {{ text }}))), '（空）') || '%, 超出四舍五入, 需核验。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" of the province is ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(value as decimal(28, 8)) as {{ text }}))), '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || ' while its ' || coalesce(cast(n_cities as {{ text }}), '(none)') || ' cities make ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(total as decimal(28, 8)) as {{ text }}))), '(none)') || ', ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round((cast(total as double) / nullif(cast(value as double), 0) - 1) * 100, 2) as decimal(28, 8)) as {{ text }}))), '(none)') || ' % off and beyond rounding; please verify.' as why_en,
  '请核对全省数的口径 (是否含省本级、是否经过核减), 说明差额由来。' as mend_zh,
  'Check the definition of the province''s figure (own level included? adjusted?) and account for the difference.' as mend_en,
  cast(least(greatest(coalesce(1.5, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(total as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_hc01 = 'FAIL'
