-- Written by expectations/compiler.py from expectations/rules/hands.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  with returns as (
    select submission_id, provider_id, form_id, period, sha256, file_name, ledger_seq
    from {{ source('raw', 'submission') }}
    where {{ only_changed('period') }} and read_status = 'read' and period is not null
  ),

  twins as (
    select mine.submission_id, min(other.provider_id) as twin_provider, min(other.period) as twin_period
    from returns as mine
    inner join {{ source('raw', 'submission') }} as other on other.sha256 = mine.sha256 and other.submission_id <> mine.submission_id
    where other.provider_id <> mine.provider_id or other.period <> mine.period
    group by mine.submission_id
  ),

  long_figures as (
    select submission_id, provider_id, form_id, period, digits
    from {{ ref('val_expected') }}
    where {{ only_changed('period') }} and length(trim(both '0' from digits)) >= 5
  ),

  -- who holds each number: one row a provider, and none for a number that every second provider has by chance
  holders as (
    select distinct form_id, period, digits, provider_id from long_figures
  ),

  telling as (
    select form_id, period, digits from holders group by form_id, period, digits having count(*) between 2 and 12
  ),

  common as (
    select mine.submission_id, other.provider_id as other_provider, count(distinct mine.digits) as n_common
    from long_figures as mine
    inner join telling on telling.form_id = mine.form_id and telling.period = mine.period and telling.digits = mine.digits
    inner join holders as other
      on other.form_id = mine.form_id and other.period = mine.period and other.digits = mine.digits and other.provider_id <> mine.provider_id
    group by mine.submission_id, other.provider_id
  ),

  most_common as (
    select submission_id, max(n_common) as n_common from common group by submission_id
  ),

  ends as (
    select
      submission_id, count(*) as n_ends,
      sum(case when substr(digits, length(digits), 1) in ('0', '5') then 1 else 0 end) as n_fives
    from {{ ref('val_expected') }}
    where {{ only_changed('period') }} and decimals = 0 and length(digits) >= 3
    group by submission_id
  ),

  sizes as (
    select submission_id, count(distinct digits) as n_long from long_figures group by submission_id
  )

  select
    returns.submission_id, returns.provider_id, returns.form_id, returns.period, returns.file_name,
    cast(null as {{ text }}) as unit_code, cast(null as {{ text }}) as indicator, cast(null as {{ text }}) as sheet,
    cast(null as integer) as row_no, cast(null as integer) as col_no, cast(null as {{ text }}) as cell,
    twins.twin_provider, twins.twin_period, coalesce(most_common.n_common, 0) as n_common, coalesce(sizes.n_long, 0) as n_long,
    coalesce(ends.n_ends, 0) as n_ends, coalesce(ends.n_fives, 0) as n_fives
  from returns
  left join twins on twins.submission_id = returns.submission_id
  left join most_common on most_common.submission_id = returns.submission_id
  left join sizes on sizes.submission_id = returns.submission_id
  left join ends on ends.submission_id = returns.submission_id
),

judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (twin_provider is not null) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_sb01,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(n_long < 8, false) then 'TOO_FEW_POINTS'
      else case (n_common >= 8 and n_common * 100 >= 30 * n_long) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_sb02,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(n_ends < 100, false) then 'TOO_FEW_POINTS'
      else case (5 * n_fives - n_ends > 3 * 2 * sqrt(n_ends)) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_hp01
  from tested
),

counted as (
  select
    period,
    count(case when outcome_sb01 in ('PASS', 'FAIL') then 1 end) as sb01_checked,
    count(case when outcome_sb01 in ('FAIL') then 1 end) as sb01_violations,
    count(case when outcome_sb01 in ('NOT_APPLICABLE') then 1 end) as sb01_not_applicable,
    count(case when outcome_sb01 in ('TOO_FEW_POINTS') then 1 end) as sb01_too_few,
    count(case when outcome_sb01 in ('NOT_RUN') then 1 end) as sb01_not_run,
    count(case when outcome_sb02 in ('PASS', 'FAIL') then 1 end) as sb02_checked,
    count(case when outcome_sb02 in ('FAIL') then 1 end) as sb02_violations,
    count(case when outcome_sb02 in ('NOT_APPLICABLE') then 1 end) as sb02_not_applicable,
    count(case when outcome_sb02 in ('TOO_FEW_POINTS') then 1 end) as sb02_too_few,
    count(case when outcome_sb02 in ('NOT_RUN') then 1 end) as sb02_not_run,
    count(case when outcome_hp01 in ('PASS', 'FAIL') then 1 end) as hp01_checked,
    count(case when outcome_hp01 in ('FAIL') then 1 end) as hp01_violations,
    count(case when outcome_hp01 in ('NOT_APPLICABLE') then 1 end) as hp01_not_applicable,
    count(case when outcome_hp01 in ('TOO_FEW_POINTS') then 1 end) as hp01_too_few,
    count(case when outcome_hp01 in ('NOT_RUN') then 1 end) as hp01_not_run
  from judged
  group by period
)

select 'SB01' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  sb01_checked as n_checked, sb01_violations as n_violations, sb01_not_applicable as n_not_applicable, sb01_too_few as n_too_few, sb01_not_run as n_not_run
from counted
union all
select 'SB02' as rule_code, cast(2 as integer) as rule_version, 'W' as severity, period,
  sb02_checked as n_checked, sb02_violations as n_violations, sb02_not_applicable as n_not_applicable, sb02_too_few as n_too_few, sb02_not_run as n_not_run
from counted
union all
select 'HP01' as rule_code, cast(1 as integer) as rule_version, 'I' as severity, period,
  hp01_checked as n_checked, hp01_violations as n_violations, hp01_not_applicable as n_not_applicable, hp01_too_few as n_too_few, hp01_not_run as n_not_run
from counted
