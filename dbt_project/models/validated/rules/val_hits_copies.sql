-- Written by expectations/compiler.py from expectations/rules/copies.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  -- the few figures that stand in two columns of a row; everything else is looked at no further
  with of_row as (
    select
      figures.submission_id, figures.unit_code, figures.period, figures.sheet, figures.digits,
      count(*) as n_columns, min(figures.name_zh) as first_zh, max(figures.name_zh) as last_zh,
      min(figures.name_en) as first_en, max(figures.name_en) as last_en
    from {{ ref('val_expected') }} as figures
    where {{ only_changed('figures.period') }} and length(figures.digits) >= 4
    group by figures.submission_id, figures.unit_code, figures.period, figures.sheet, figures.digits
    having min(figures.indicator) <> max(figures.indicator)
  ),

  -- columns alike: pairs come from the few rows that repeat a figure, never from all pairs of columns
  repeated as (
    select figures.submission_id, figures.unit_code, figures.indicator, figures.digits, figures.name_zh, figures.name_en
    from {{ ref('val_expected') }} as figures
    inner join of_row
      on of_row.submission_id = figures.submission_id and of_row.unit_code = figures.unit_code
      and of_row.digits = figures.digits
    where {{ only_changed('figures.period') }}
  ),

  column_pairs as (
    select mine.submission_id, mine.indicator, other.indicator as twin, min(other.name_zh) as twin_zh, min(other.name_en) as twin_en, count(*) as n_same
    from repeated as mine
    inner join repeated as other
      on other.submission_id = mine.submission_id and other.unit_code = mine.unit_code and other.digits = mine.digits
      and other.indicator <> mine.indicator
    group by mine.submission_id, mine.indicator, other.indicator
  ),

  column_sizes as (
    select submission_id, indicator, count(*) as n_compared
    from {{ ref('val_expected') }}
    where {{ only_changed('period') }} and length(digits) >= 4
    group by submission_id, indicator
  ),

  twins as (
    select column_pairs.*, row_number() over (partition by submission_id, indicator order by n_same desc, twin) as preference from column_pairs
  )

  select
    figures.*, length(figures.digits) as n_digits,
    coalesce(of_row.n_columns, 1) as n_columns,
    case when of_row.first_zh = figures.name_zh then of_row.last_zh else of_row.first_zh end as twin_zh,
    case when of_row.first_en = figures.name_en then of_row.last_en else of_row.first_en end as twin_en,
    coalesce(twins.n_same, 0) as n_same, coalesce(column_sizes.n_compared, 0) as n_compared
  from {{ ref('val_expected') }} as figures
  left join of_row
    on of_row.submission_id = figures.submission_id and of_row.unit_code = figures.unit_code and of_row.period = figures.period
    and of_row.sheet = figures.sheet and of_row.digits = figures.digits
  left join column_sizes on column_sizes.submission_id = figures.submission_id and column_sizes.indicator = figures.indicator
  left join twins
    on twins.submission_id = figures.submission_id and twins.indicator = figures.indicator and twins.preference = 1
  where {{ only_changed('figures.period') }}
),

judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(coalesce(value = hard_high or value = hard_low, false), false) then 'NOT_APPLICABLE'
      when coalesce(n_digits < 4, false) then 'TOO_FEW_POINTS'
      else case (n_columns > 1) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cp04,
    case
      when not coalesce(true, false) then null
      when coalesce(coalesce(value = hard_high or value = hard_low, false), false) then 'NOT_APPLICABLE'
      when coalesce(n_digits < 4 or value_b2 is null or value_b1 is null, false) then 'TOO_FEW_POINTS'
      else case (value = value_b2 and value <> value_b1) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cp05,
    case
      when not coalesce(n_digits >= 4, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(n_compared < 5, false) then 'TOO_FEW_POINTS'
      else case (n_columns > 1 and n_same * 100 >= 80 * n_compared) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_cp06
  from tested
),

failing as (
  select * from judged
  where outcome_cp04 = 'FAIL' or outcome_cp05 = 'FAIL' or outcome_cp06 = 'FAIL'
)

-- CP04 与另一栏数字完全相同 / The same digits as another column
select
  'CP04' as rule_code,
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
  '各栏数字各不相同' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce(cast(value_text as {{ text }}), '（空）') || ', 与同一行“' || coalesce(cast(twin_zh as {{ text }}), '（空）') || '”一位不差, 需核验是否填错栏; 不能由此判断哪一栏有误。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is ' || coalesce(cast(value_text as {{ text }}), '(none)') || ', digit for digit the same as "' || coalesce(cast(twin_en as {{ text }}), '(none)') || '" in its row; please verify that no column was filled twice. Which of the two is wrong cannot be told from this.' as why_en,
  '请核对两栏的数字来源, 改正填错的一栏; 如都属实, 请说明。' as mend_zh,
  'Check the source of both columns and correct the wrong one; if both are right, say so.' as mend_en,
  cast(least(greatest(coalesce(least((n_digits - 2) * 0.7, 2.5), 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_cp04 = 'FAIL'

union all

-- CP05 与前年完全相同 / Exactly the figure of two years before
select
  'CP05' as rule_code,
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
  '与 ' || coalesce(cast(period - 2 as {{ text }}), '（空）') || ' 年不同' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(2 as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce(cast(value_text as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || ', 与 ' || coalesce(cast(period - 2 as {{ text }}), '（空）') || ' 年一位不差, 而上年不同, 需核验是否用错了年份。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is ' || coalesce(cast(value_text as {{ text }}), '(none)') || ' ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || ', identical to ' || coalesce(cast(period - 2 as {{ text }}), '(none)') || ' to the last digit and unlike the year between; please verify that the right year was used.' as why_en,
  '请核对本年数字的来源; 若取自旧表, 请换成本年数。' as mend_zh,
  'Check the source; if it came from an old table, replace it by this year''s figure.' as mend_en,
  cast(least(greatest(coalesce(least((n_digits - 2) * 0.9, 3), 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_cp05 = 'FAIL'

union all

-- CP06 两栏整栏相同 / Two columns alike
select
  'CP06' as rule_code,
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
  coalesce(cast(n_same as {{ text }}), '（空）') || ' / ' || coalesce(cast(n_compared as {{ text }}), '（空）') as seen,
  '两栏各有各的数字' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(n_compared as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”一栏 ' || coalesce(cast(n_compared as {{ text }}), '（空）') || ' 个单元格中有 ' || coalesce(cast(n_same as {{ text }}), '（空）') || ' 个与另一栏同行数字完全相同, 需核验是否整栏填重。' as why_zh,
  coalesce(cast(n_same as {{ text }}), '(none)') || ' of ' || coalesce(cast(n_compared as {{ text }}), '(none)') || ' cells of "' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" equal another column in their row; please verify that a column was not filled twice.' as why_en,
  '请核对两栏, 换成各自的数据后重报。' as mend_zh,
  'Check both columns and put the right figures in each.' as mend_en,
  cast(least(greatest(coalesce('3', 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_cp06 = 'FAIL'
