-- Written by expectations/compiler.py from expectations/rules/peers.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  with people as (
    select unit_code, period, max(value) as people
    from {{ ref('val_baseline') }}
    where indicator in ('resident_population', 'registered_population') and {{ only_changed('period') }}
    group by unit_code, period
  ),

  levels as (
    select units.province_code, best.indicator, best.period, ln(cast(best.value as double) / cast(people.people as double)) as change
    from {{ ref('val_baseline') }} as best
    inner join people on people.unit_code = best.unit_code and people.period = best.period
    inner join {{ source('raw', 'register_units') }} as units on units.unit_code = best.unit_code and units.level <> 'province'
    where {{ only_changed('best.period') }} and best.value > 0 and people.people > 0
  ),

  -- median and MAD of the province's cities; of all cities where the province has too few
  usual as (
    {{ common_change('levels', ['indicator', 'period'], 8) }}
  ),

  beside as (
    select
      figures.*, usual.n_peers as n_cities, usual.shift as usual, greatest(usual.unrest, 0.1) as width,
      case when figures.value > 0 and people.people > 0 then cast(figures.value as double) / cast(people.people as double) end as per_head,
      figures.level_expected - ln(nullif(cast(people.people as double), 0)) as per_head_before
    from {{ ref('val_expected') }} as figures
    left join people on people.unit_code = figures.unit_code and people.period = figures.period
    left join usual
      on usual.province_code = figures.province_code and usual.indicator = figures.indicator and usual.period = figures.period
    where {{ only_changed('figures.period') }} and figures.additive and figures.is_positive
      and figures.indicator not in ('resident_population', 'registered_population')
  )

  select beside.*, abs(ln(per_head) - usual) / width as apart, abs(per_head_before - usual) / width as apart_before
  from beside
),

judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(level is null or per_head is null, false) then 'NOT_APPLICABLE'
      when coalesce(n_cities is null or n_cities < 8, false) then 'TOO_FEW_POINTS'
      else case (apart >= 4 and (per_head_before is null or apart_before * 2 < apart)) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_pe01
  from tested
),

failing as (
  select * from judged
  where outcome_pe01 = 'FAIL'
)

-- PE01 人均水平与同省各市悬殊 / Per head, far from the province's cities
select
  'PE01' as rule_code,
  cast(2 as integer) as rule_version,
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
  '人均约 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round(exp(usual), 4) as decimal(28, 8)) as {{ text }}))), '（空）') as expected,
  try_cast(exp(usual - 3 * width) * value / nullif(per_head, 0) as decimal(28, 8)) as expected_low,
  try_cast(exp(usual + 3 * width) * value / nullif(per_head, 0) as decimal(28, 8)) as expected_high,
  cast(n_cities as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”折合人均 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round(per_head, 4) as decimal(28, 8)) as {{ text }}))), '（空）') || ', 远' || coalesce(cast(case when per_head > exp(usual) then '高' else '低' end as {{ text }}), '（空）') || '于可比 ' || coalesce(cast(n_cities as {{ text }}), '（空）') || ' 市的中位数 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round(exp(usual), 4) as decimal(28, 8)) as {{ text }}))), '（空）') || ', 往年并非如此, 需核验。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" comes to ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round(per_head, 4) as decimal(28, 8)) as {{ text }}))), '(none)') || ' per head, far ' || coalesce(cast(case when per_head > exp(usual) then 'above' else 'below' end as {{ text }}), '(none)') || ' the median ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round(exp(usual), 4) as decimal(28, 8)) as {{ text }}))), '(none)') || ' of ' || coalesce(cast(n_cities as {{ text }}), '(none)') || ' comparable cities, as it did not before; please verify.' as why_en,
  '请核对计量单位、位数和范围; 如属实, 请说明。' as mend_zh,
  'Check unit, digits and scope; if right, explain.' as mend_en,
  cast(least(greatest(coalesce({{ rarity('apart') }} / 2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  false as as_known_then
from failing
where outcome_pe01 = 'FAIL'
