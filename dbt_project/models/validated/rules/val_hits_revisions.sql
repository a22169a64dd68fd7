-- Written by expectations/compiler.py from expectations/rules/revisions.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
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
),

judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(is_dropped or due_at is null or coalesce(direction, '0') not in ('+', '-'), false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (is_helped and received_at > due_at) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rv01,
    case
      when not coalesce(is_helped, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(n_changed < 6, false) then 'TOO_FEW_POINTS'
      else case (n_helped * 10 >= 9 * n_changed) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rv02,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (is_dropped) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rv03
  from tested
),

failing as (
  select * from judged
  where outcome_rv01 = 'FAIL' or outcome_rv02 = 'FAIL' or outcome_rv03 = 'FAIL'
)

-- RV01 截止之后改好 / Improved after the deadline
select
  'RV01' as rule_code,
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
  coalesce(cast(coalesce(nullif(value_text, ''), '（空）') as {{ text }}), '（空）') as seen,
  '原报 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(earlier_value as decimal(28, 8)) as {{ text }}))), '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(2 as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”原报 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(earlier_value as decimal(28, 8)) as {{ text }}))), '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || ', 截止 (' || coalesce(cast(due_at as {{ text }}), '（空）') || ') 之后更正为 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(value as decimal(28, 8)) as {{ text }}))), '（空）') || ', 变动对本地区有利, 需说明依据。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" was ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(earlier_value as decimal(28, 8)) as {{ text }}))), '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || ' and became ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(value as decimal(28, 8)) as {{ text }}))), '(none)') || ' after the deadline (' || coalesce(cast(due_at as {{ text }}), '(none)') || '), to the unit''s advantage; please give the grounds.' as why_en,
  '请附更正的依据 (核定文件、原始凭证)。' as mend_zh,
  'Attach the grounds for the correction.' as mend_en,
  cast(least(greatest(coalesce(0.7, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_rv01 = 'FAIL'

union all

-- RV02 更正都朝一个方向 / Corrected one way only
select
  'RV02' as rule_code,
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
  coalesce(cast(n_helped as {{ text }}), '（空）') || ' / ' || coalesce(cast(n_changed as {{ text }}), '（空）') as seen,
  '有增有减' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(n_changed as integer) as baseline_n,
  '这次更正改动了 ' || coalesce(cast(n_changed as {{ text }}), '（空）') || ' 个数, 其中 ' || coalesce(cast(n_helped as {{ text }}), '（空）') || ' 个朝有利方向, 需说明更正的依据。' as why_zh,
  'This correction changed ' || coalesce(cast(n_changed as {{ text }}), '(none)') || ' figures, ' || coalesce(cast(n_helped as {{ text }}), '(none)') || ' of them favourably; please give the grounds.' as why_en,
  '请附更正的依据。' as mend_zh,
  'Attach the grounds for the correction.' as mend_en,
  cast(least(greatest(coalesce(least(0.3 * n_changed - 1, 2), 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_rv02 = 'FAIL'

union all

-- RV03 更正时漏掉已报的数 / A correction drops what had been reported
select
  'RV03' as rule_code,
  cast(1 as integer) as rule_version,
  'E' as severity,
  submission_id,
  provider_id,
  unit_code,
  indicator,
  period,
  sheet,
  row_no,
  col_no,
  cell,
  coalesce(cast(coalesce(nullif(value_text, ''), '（空）') as {{ text }}), '（空）') as seen,
  '原报 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(earlier_value as decimal(28, 8)) as {{ text }}))), '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(2 as integer) as baseline_n,
  '上一版本 ' || coalesce(cast(coalesce(unit_zh, unit_code) as {{ text }}), '（空）') || '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”报了 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(earlier_value as decimal(28, 8)) as {{ text }}))), '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || ', 这一版本却没有; 更正的报表会整份取代原表, 应当完整。' as why_zh,
  'The version before had ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(earlier_value as decimal(28, 8)) as {{ text }}))), '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || ' for "' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" of ' || coalesce(cast(coalesce(unit_zh, unit_code) as {{ text }}), '(none)') || '; this one has nothing. A correction replaces the whole return and must be complete.' as why_en,
  '请补上这个数重报; 若确不适用, 填“不涉及”。' as mend_zh,
  'Put the figure back and send again; if it truly does not apply, write 不涉及.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_rv03 = 'FAIL'
