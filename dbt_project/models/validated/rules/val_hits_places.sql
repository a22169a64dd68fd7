-- Written by expectations/compiler.py from expectations/rules/places.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  with suspects as (
    select
      submission_id, unit_code, indicator, period, sheet, row_no, col_no, name_zh, name_en,
      cast(value_printed as double) as printed, cast(factor as double) as factor, is_positive, soft, level_expected, spread, off
    from {{ ref('val_expected') }}
    where {{ only_changed('period') }} and off >= 2 and n_years >= 2
  ),

  column_pairs as (
    select
      mine.submission_id, mine.sheet, mine.row_no, mine.col_no, other.indicator as column_partner, other.name_zh as column_partner_zh,
      other.name_en as column_partner_en, other.printed as column_value, other.printed * mine.factor as column_should_be, mine.spread as spread, other.spread as other_spread,
      abs({{ on_log_scale('(mine.printed * other.factor)', 'other.is_positive', 'other.soft') }} - other.level_expected) / other.spread as off_there,
      abs({{ on_log_scale('(other.printed * mine.factor)', 'mine.is_positive', 'mine.soft') }} - mine.level_expected) / mine.spread as off_here
    from suspects as mine
    inner join suspects as other
      on other.submission_id = mine.submission_id and other.unit_code = mine.unit_code and other.period = mine.period
      and other.sheet = mine.sheet and other.indicator <> mine.indicator
    where mine.off >= 3 and other.off >= 3
  ),

  row_pairs as (
    select
      mine.submission_id, mine.sheet, mine.row_no, mine.col_no, other.unit_code as row_partner, other.printed as row_value,
      other.printed * other.factor as row_should_be, mine.spread as spread, other.spread as other_spread,
      abs({{ on_log_scale('(mine.printed * mine.factor)', 'mine.is_positive', 'mine.soft') }} - other.level_expected) / other.spread as off_there,
      abs({{ on_log_scale('(other.printed * other.factor)', 'mine.is_positive', 'mine.soft') }} - mine.level_expected) / mine.spread as off_here
    from suspects as mine
    inner join suspects as other
      on other.submission_id = mine.submission_id and other.indicator = mine.indicator and other.period = mine.period
      and other.unit_code <> mine.unit_code
  ),

  best_column as (
    select column_pairs.*,
      {{ explained('20', 'off_there', 'other_spread') }} / 2 + {{ explained('20', 'off_here', 'spread') }} / 2 as gain,
      row_number() over (partition by submission_id, sheet, row_no, col_no order by off_there + off_here, column_partner) as preference
    from column_pairs
    where off_there <= 2.5 and off_here <= 2.5
  ),

  best_row as (
    select row_pairs.*,
      {{ explained('20', 'off_there', 'other_spread') }} / 2 + {{ explained('20', 'off_here', 'spread') }} / 2 as gain,
      row_number() over (partition by submission_id, sheet, row_no, col_no order by off_there + off_here, row_partner) as preference
    from row_pairs
    where off_there <= 2.5 / 2 and off_here <= 2.5 / 2
  ),

  -- the same digits in another row, where they belong: of the two only the one that is off its own place is asked about
  in_column as (
    select submission_id, indicator, digits, min(unit_code) as first_unit, max(unit_code) as last_unit, min(coalesce(off, 0)) as least_off
    from {{ ref('val_expected') }}
    where {{ only_changed('period') }}
    group by submission_id, indicator, digits
  ),

  column_sizes as (
    select submission_id, indicator, count(*) as n_rows
    from {{ ref('val_expected') }}
    where {{ only_changed('period') }}
    group by submission_id, indicator
  )

  select
    figures.*, column_sizes.n_rows, length(trim(both '0' from figures.digits)) as n_digits,
    case when in_column.least_off < 2 then nullif(case when in_column.first_unit = figures.unit_code then in_column.last_unit else in_column.first_unit end, figures.unit_code) end as donor,
    best_column.column_partner, best_column.column_partner_zh, best_column.column_partner_en, best_column.column_value,
    best_column.column_should_be, best_column.gain as column_gain,
    best_row.row_partner, best_row.row_value, best_row.row_should_be, best_row.gain as row_gain
  from {{ ref('val_expected') }} as figures
  left join best_column
    on best_column.submission_id = figures.submission_id and best_column.sheet = figures.sheet
    and best_column.row_no = figures.row_no and best_column.col_no = figures.col_no and best_column.preference = 1
  left join best_row
    on best_row.submission_id = figures.submission_id and best_row.sheet = figures.sheet
    and best_row.row_no = figures.row_no and best_row.col_no = figures.col_no and best_row.preference = 1
  inner join in_column
    on in_column.submission_id = figures.submission_id and in_column.indicator = figures.indicator and in_column.digits = figures.digits
  inner join column_sizes on column_sizes.submission_id = figures.submission_id and column_sizes.indicator = figures.indicator
  where {{ only_changed('figures.period') }}
),

judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(level is null, false) then 'NOT_APPLICABLE'
      when coalesce(n_years < 2, false) then 'TOO_FEW_POINTS'
      else case (column_partner is not null) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_mc01,
    case
      when not coalesce(true, false) then null
      when coalesce(level is null, false) then 'NOT_APPLICABLE'
      when coalesce(n_years < 2, false) then 'TOO_FEW_POINTS'
      else case (row_partner is not null) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_mc02,
    case
      when not coalesce(true, false) then null
      when coalesce(level is null, false) then 'NOT_APPLICABLE'
      when coalesce(n_years < 2 or n_digits < 3, false) then 'TOO_FEW_POINTS'
      else case (off >= 2.5 and donor is not null) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_mc03
  from tested
),

failing as (
  select * from judged
  where outcome_mc01 = 'FAIL' or outcome_mc02 = 'FAIL' or outcome_mc03 = 'FAIL'
)

-- MC01 疑似两栏填反 / Two columns exchanged
select
  'MC01' as rule_code,
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
  '与“' || coalesce(cast(column_partner_zh as {{ text }}), '（空）') || '”栏对调: ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(column_value as decimal(28, 8)) as {{ text }}))), '（空）') as expected,
  try_cast(expected_low as decimal(28, 8)) as expected_low,
  try_cast(expected_high as decimal(28, 8)) as expected_high,
  cast(n_years as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce(cast(value_text as {{ text }}), '（空）') || ', “' || coalesce(cast(column_partner_zh as {{ text }}), '（空）') || '”填报 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(column_value as decimal(28, 8)) as {{ text }}))), '（空）') || ', 都与推算相差很远, 对调后都相符, 疑似两栏填反。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" (' || coalesce(cast(value_text as {{ text }}), '(none)') || ') and "' || coalesce(cast(column_partner_en as {{ text }}), '(none)') || '" (' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(column_value as decimal(28, 8)) as {{ text }}))), '(none)') || ') are both far off and both fit once exchanged: perhaps the columns were mixed up.' as why_en,
  '请核对这两栏是否填反; 若是, 对调后重报。' as mend_zh,
  'Check whether the two columns were exchanged; if so, put them right and send again.' as mend_en,
  cast(least(greatest(coalesce(0.5 + column_gain, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(column_should_be as decimal(28, 8)) as should_be,
  false as as_known_then
from failing
where outcome_mc01 = 'FAIL'

union all

-- MC02 疑似两个地区错行 / Two rows exchanged
select
  'MC02' as rule_code,
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
  '与 ' || coalesce(cast(row_partner as {{ text }}), '（空）') || ' 对调: ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(row_value as decimal(28, 8)) as {{ text }}))), '（空）') as expected,
  try_cast(expected_low as decimal(28, 8)) as expected_low,
  try_cast(expected_high as decimal(28, 8)) as expected_high,
  cast(n_years as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce(cast(value_text as {{ text }}), '（空）') || ', 区划代码 ' || coalesce(cast(row_partner as {{ text }}), '（空）') || ' 填报 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(row_value as decimal(28, 8)) as {{ text }}))), '（空）') || ', 都与推算不符, 对调后都相符, 疑似错行。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" (' || coalesce(cast(value_text as {{ text }}), '(none)') || ') and that of unit ' || coalesce(cast(row_partner as {{ text }}), '(none)') || ' (' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(row_value as decimal(28, 8)) as {{ text }}))), '(none)') || ') are both off and both fit once exchanged: perhaps the rows were mixed up.' as why_en,
  '请核对这两个地区的行是否填错; 若是, 对调后重报。' as mend_zh,
  'Check whether the rows of the two units were exchanged; if so, put them right and send again.' as mend_en,
  cast(least(greatest(coalesce(row_gain, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(row_should_be as decimal(28, 8)) as should_be,
  false as as_known_then
from failing
where outcome_mc02 = 'FAIL'

union all

-- MC03 疑似抄了另一个地区的数 / Perhaps another unit's figure
select
  'MC03' as rule_code,
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
  '约 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round(expected, 2) as decimal(28, 8)) as {{ text }}))), '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') as expected,
  try_cast(expected_low as decimal(28, 8)) as expected_low,
  try_cast(expected_high as decimal(28, 8)) as expected_high,
  cast(n_years as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce(cast(value_text as {{ text }}), '（空）') || ', 与区划代码 ' || coalesce(cast(donor as {{ text }}), '（空）') || ' 的数一位不差; 对方的数合乎自己的历史, 这个数却与推算 (约 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round(expected, 2) as decimal(28, 8)) as {{ text }}))), '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || ') 相差很远, 疑似抄错行。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is ' || coalesce(cast(value_text as {{ text }}), '(none)') || ', digit for digit that of unit ' || coalesce(cast(donor as {{ text }}), '(none)') || ', which fits that unit''s own years, while this one is far from the ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round(expected, 2) as decimal(28, 8)) as {{ text }}))), '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || ' to be expected: perhaps the wrong row was copied.' as why_en,
  '请对照原始资料核对本行的数字。' as mend_zh,
  'Compare this row with the source document.' as mend_en,
  cast(least(greatest(coalesce(least(n_digits - 1 - log10(cast(n_rows as double)), 3), 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(expected as decimal(28, 8)) as should_be,
  false as as_known_then
from failing
where outcome_mc03 = 'FAIL'
