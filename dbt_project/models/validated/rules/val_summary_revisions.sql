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

counted as (
  select
    period,
    count(case when outcome_rv01 in ('PASS', 'FAIL') then 1 end) as rv01_checked,
    count(case when outcome_rv01 in ('FAIL') then 1 end) as rv01_violations,
    count(case when outcome_rv01 in ('NOT_APPLICABLE') then 1 end) as rv01_not_applicable,
    count(case when outcome_rv01 in ('TOO_FEW_POINTS') then 1 end) as rv01_too_few,
    count(case when outcome_rv01 in ('NOT_RUN') then 1 end) as rv01_not_run,
    count(case when outcome_rv02 in ('PASS', 'FAIL') then 1 end) as rv02_checked,
    count(case when outcome_rv02 in ('FAIL') then 1 end) as rv02_violations,
    count(case when outcome_rv02 in ('NOT_APPLICABLE') then 1 end) as rv02_not_applicable,
    count(case when outcome_rv02 in ('TOO_FEW_POINTS') then 1 end) as rv02_too_few,
    count(case when outcome_rv02 in ('NOT_RUN') then 1 end) as rv02_not_run,
    count(case when outcome_rv03 in ('PASS', 'FAIL') then 1 end) as rv03_checked,
    count(case when outcome_rv03 in ('FAIL') then 1 end) as rv03_violations,
    count(case when outcome_rv03 in ('NOT_APPLICABLE') then 1 end) as rv03_not_applicable,
    count(case when outcome_rv03 in ('TOO_FEW_POINTS') then 1 end) as rv03_too_few,
    count(case when outcome_rv03 in ('NOT_RUN') then 1 end) as rv03_not_run
  from judged
  group by period
)

select 'RV01' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  rv01_checked as n_checked, rv01_violations as n_violations, rv01_not_applicable as n_not_applicable, rv01_too_few as n_too_few, rv01_not_run as n_not_run
from counted
union all
select 'RV02' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  rv02_checked as n_checked, rv02_violations as n_violations, rv02_not_applicable as n_not_applicable, rv02_too_few as n_too_few, rv02_not_run as n_not_run
from counted
union all
select 'RV03' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rv03_checked as n_checked, rv03_violations as n_violations, rv03_not_applicable as n_not_applicable, rv03_too_few as n_too_few, rv03_not_run as n_not_run
from counted
