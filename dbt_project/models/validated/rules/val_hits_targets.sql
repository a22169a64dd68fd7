-- Written by expectations/compiler.py from expectations/rules/targets.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
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
),

judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(target is null or coalesce(value = hard_high or value = hard_low, false), false) then 'NOT_APPLICABLE'
      when coalesce(n_digits < 3, false) then 'TOO_FEW_POINTS'
      else case (abs(value - target) * 2 < tick) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_tg01,
    case
      when not coalesce(is_just_above, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(n_near < 10, false) then 'TOO_FEW_POINTS'
      else case (2 * n_above - n_near > 2.33 * sqrt(n_near)) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_tg02
  from tested
),

failing as (
  select * from judged
  where outcome_tg01 = 'FAIL' or outcome_tg02 = 'FAIL'
)

-- TG01 与目标值一位不差 / The target to the last digit
select
  'TG01' as rule_code,
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
  '实际发生数, 不必等于目标 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(target as decimal(28, 8)) as {{ text }}))), '（空）') as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce(cast(value_text as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || ', 与年度目标 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(target as decimal(28, 8)) as {{ text }}))), '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || ' 一位不差, 需核验是否按目标填报。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is ' || coalesce(cast(value_text as {{ text }}), '(none)') || ' ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || ', the yearly target to the last digit; please verify that the outcome was reported and not the plan.' as why_en,
  '请附实际数的来源; 若误填了目标, 请改正。' as mend_zh,
  'Attach the source of the outcome; if the target was filled in by mistake, correct it.' as mend_en,
  cast(least(greatest(coalesce(least((n_digits - 1) * 0.6, 2.5), 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_tg01 = 'FAIL'

union all

-- TG02 扎堆在目标线之上 / Crowded just above the line
select
  'TG02' as rule_code,
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
  coalesce(cast(n_above as {{ text }}), '（空）') || ' / ' || coalesce(cast(n_near as {{ text }}), '（空）') as seen,
  '线上线下大致各半' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(n_near as integer) as baseline_n,
  '这份报表有 ' || coalesce(cast(n_near as {{ text }}), '（空）') || ' 个数在目标上下 1% 以内, 其中 ' || coalesce(cast(n_above as {{ text }}), '（空）') || ' 个在线上; “' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”是其中之一。' as why_zh,
  coalesce(cast(n_near as {{ text }}), '(none)') || ' figures of this return lie within 1 % of their targets, ' || coalesce(cast(n_above as {{ text }}), '(none)') || ' of them above; "' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is one.' as why_en,
  '不需改正; 核查时优先看这些数的原始凭证。' as mend_zh,
  'Nothing to mend; an inspection looks at the vouchers of these figures first.' as mend_en,
  cast(least(greatest(coalesce(0.3, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_tg02 = 'FAIL'
