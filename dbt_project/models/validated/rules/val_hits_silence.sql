-- Written by expectations/compiler.py from expectations/rules/silence.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
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
),

judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(coalesce(direction, '0') not in ('+', '-') or last_value is null, false) then 'NOT_APPLICABLE'
      when coalesce(n_peers is null or n_peers < 8, false) then 'TOO_FEW_POINTS'
      else case (n_worse * 3 >= 2 * n_peers) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_si01
  from tested
),

failing as (
  select * from judged
  where outcome_si01 = 'FAIL'
)

-- SI01 各市变差之年的空缺 / Blank in a year that went badly
select
  'SI01' as rule_code,
  cast(1 as integer) as rule_version,
  'I' as severity,
  submission_id,
  provider_id,
  unit_code,
  indicator,
  period,
  sheet,
  row_no,
  col_no,
  cell,
  '（空）' as seen,
  '上年为 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(last_value as decimal(28, 8)) as {{ text }}))), '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(n_peers as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”上年报 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(last_value as decimal(28, 8)) as {{ text }}))), '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || ', 今年空缺; 同省 ' || coalesce(cast(n_peers as {{ text }}), '（空）') || ' 市中有 ' || coalesce(cast(n_worse as {{ text }}), '（空）') || ' 个今年变差。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" was ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(last_value as decimal(28, 8)) as {{ text }}))), '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || ' last year and is blank now; ' || coalesce(cast(n_worse as {{ text }}), '(none)') || ' of ' || coalesce(cast(n_peers as {{ text }}), '(none)') || ' cities did worse this year.' as why_en,
  '请补报; 不涉及的请填“不涉及”。' as mend_zh,
  'Fill it in; if it does not apply, write 不涉及.' as mend_en,
  cast(least(greatest(coalesce(0.3, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_si01 = 'FAIL'
