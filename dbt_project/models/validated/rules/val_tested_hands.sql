-- Written by expectations/compiler.py from expectations/rules/hands.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
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
