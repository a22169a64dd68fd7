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

failing as (
  select * from judged
  where outcome_sb01 = 'FAIL' or outcome_sb02 = 'FAIL' or outcome_hp01 = 'FAIL'
)

-- SB01 与另一份报表的文件完全相同 / The same file as another return
select
  'SB01' as rule_code,
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
  coalesce(cast(file_name as {{ text }}), '（空）') as seen,
  '各单位各期各有各的报表' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '这份文件与 ' || coalesce(cast(twin_provider as {{ text }}), '（空）') || ' ' || coalesce(cast(twin_period as {{ text }}), '（空）') || ' 年的报表一个字节不差, 需核验是否代填代报或用错了文件。' as why_zh,
  'This file is byte for byte the one of ' || coalesce(cast(twin_provider as {{ text }}), '(none)') || ' for ' || coalesce(cast(twin_period as {{ text }}), '(none)') || '; please verify that the right file was sent, by the one who owes it.' as why_en,
  '请换成本单位本期的报表后重报。' as mend_zh,
  'Send your own return for this period.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_sb01 = 'FAIL'

union all

-- SB02 许多数字与另一单位相同 / Many figures shared with another provider
select
  'SB02' as rule_code,
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
  coalesce(cast(n_common as {{ text }}), '（空）') || ' / ' || coalesce(cast(n_long as {{ text }}), '（空）') as seen,
  '各单位的数字各不相同' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(n_long as integer) as baseline_n,
  '这份报表的 ' || coalesce(cast(n_long as {{ text }}), '（空）') || ' 个五位以上的数中有 ' || coalesce(cast(n_common as {{ text }}), '（空）') || ' 个与另一单位的报表完全相同, 需核验。' as why_zh,
  coalesce(cast(n_common as {{ text }}), '(none)') || ' of the ' || coalesce(cast(n_long as {{ text }}), '(none)') || ' figures of five digits or more also stand in another provider''s return; please verify.' as why_en,
  '请核对数字来源, 换成本单位的数据后重报。' as mend_zh,
  'Check the source and send your own figures.' as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_sb02 = 'FAIL'

union all

-- HP01 末位数字扎堆在 0 和 5 / Last digits heap on 0 and 5
select
  'HP01' as rule_code,
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
  coalesce(cast(n_fives as {{ text }}), '（空）') || ' / ' || coalesce(cast(n_ends as {{ text }}), '（空）') || ' (' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round(n_fives * 100.0 / nullif(n_ends, 0), 1) as decimal(28, 8)) as {{ text }}))), '（空）') || '%)' as seen,
  '约 20%' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(n_ends as integer) as baseline_n,
  coalesce(cast(n_ends as {{ text }}), '（空）') || ' 个整数中有 ' || coalesce(cast(n_fives as {{ text }}), '（空）') || ' 个 (' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round(n_fives * 100.0 / nullif(n_ends, 0), 1) as decimal(28, 8)) as {{ text }}))), '（空）') || '%) 以 0 或 5 结尾, 正常约两成; 可能是估数或取整。' as why_zh,
  coalesce(cast(n_fives as {{ text }}), '(none)') || ' of ' || coalesce(cast(n_ends as {{ text }}), '(none)') || ' whole figures (' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round(n_fives * 100.0 / nullif(n_ends, 0), 1) as decimal(28, 8)) as {{ text }}))), '(none)') || ' %) end in 0 or 5 where about 20 % would; perhaps estimates or roundings.' as why_en,
  '请按实际数填报, 不要取整。' as mend_zh,
  'Report the figures as counted, not rounded.' as mend_en,
  cast(least(greatest(coalesce(0.8, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_hp01 = 'FAIL'
