-- Written by expectations/compiler.py from expectations/rules/keying.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  with places as (
    {%- for place in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) %}
    select {{ place }} as place{{ ' union all' if not loop.last }}
    {%- endfor %}
  ),

  numerals as (
    {%- for numeral in ('0', '1', '2', '3', '4', '5', '6', '7', '8', '9') %}
    select '{{ numeral }}' as numeral{{ ' union all' if not loop.last }}
    {%- endfor %}
  ),

  suspects as (
    select
      submission_id, sheet, row_no, col_no, digits, length(digits) as n_digits, factor, is_positive, soft, level_expected, spread,
      case when value < 0 then -1 else 1 end as sign,
      cast(value_printed as double) as printed
    from {{ ref('val_expected') }}
    where {{ only_changed('period') }} and off >= 2.5 and n_years >= 2 and length(trim(leading '0' from digits)) between 3 and 12
  ),

  scaled as (
    select suspects.*, abs(printed) / nullif(cast(cast(digits as decimal(28, 0)) as double), 0) as last_place from suspects
  ),

  tried as (
    select scaled.*, 'TRANSPOSED' as slip_kind, n_digits - 1 as tries,
      substr(digits, 1, place - 1) || substr(digits, place + 1, 1) || substr(digits, place, 1) || substr(digits, place + 2) as tried_digits
    from scaled inner join places on place < n_digits
    where substr(digits, place, 1) <> substr(digits, place + 1, 1)
    union all
    select scaled.*, 'EXTRA' as slip_kind, n_digits as tries, substr(digits, 1, place - 1) || substr(digits, place + 1) as tried_digits
    from scaled inner join places on place <= n_digits
    union all
    select scaled.*, 'MISSING' as slip_kind, 20 as tries, substr(digits, 1, place - 1) || numeral || substr(digits, place) as tried_digits
    from scaled inner join places on place <= n_digits + 1 cross join numerals
    union all
    select scaled.*, 'MISREAD' as slip_kind,
      case when substr(digits, place, 1) || numeral in ('38', '83', '17', '71', '06', '60', '56', '65', '68', '86', '08', '80', '49', '94', '58', '85') then 4 else 18 end as tries,
      substr(digits, 1, place - 1) || numeral || substr(digits, place + 1) as tried_digits
    from scaled inner join places on place <= n_digits cross join numerals
    where numeral <> substr(digits, place, 1)
  ),

  valued as (
    select tried.*, sign * cast(cast(tried_digits as decimal(28, 0)) as double) * last_place as suggested_printed
    from tried
    where tried_digits <> '' and (substr(tried_digits, 1, 1) <> '0' or last_place < 1)
  ),

  levelled as (
    select valued.*, {{ on_log_scale('(suggested_printed * cast(factor as double))') }} as tried_level from valued
  ),

  weighed as (
    select levelled.*, abs(tried_level - level_expected) / spread as off_after,
      {{ explained('tries', '(abs(tried_level - level_expected) / spread)', 'spread') }} as gain
    from levelled
    where tried_level is not null
  ),

  best as (
    select weighed.*,
      row_number() over (partition by submission_id, sheet, row_no, col_no order by gain desc, tries, off_after, tried_digits) as preference
    from weighed
    where off_after <= 2
  )

  select figures.*, best.slip_kind, best.suggested_printed, best.off_after, best.gain
  from {{ ref('val_expected') }} as figures
  left join best
    on best.submission_id = figures.submission_id and best.sheet = figures.sheet and best.row_no = figures.row_no
    and best.col_no = figures.col_no and best.preference = 1
  where {{ only_changed('figures.period') }}
),

judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(level is null, false) then 'NOT_APPLICABLE'
      when coalesce(n_years < 2, false) then 'TOO_FEW_POINTS'
      else case (off >= 2.5 and coalesce(slip_kind in ('MISSING', 'EXTRA') and gain >= 0.4, false)) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ke01,
    case
      when not coalesce(true, false) then null
      when coalesce(level is null, false) then 'NOT_APPLICABLE'
      when coalesce(n_years < 2, false) then 'TOO_FEW_POINTS'
      else case (off >= 2.5 and coalesce(slip_kind = 'TRANSPOSED' and gain >= 0.4, false)) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ke02,
    case
      when not coalesce(true, false) then null
      when coalesce(level is null, false) then 'NOT_APPLICABLE'
      when coalesce(n_years < 2, false) then 'TOO_FEW_POINTS'
      else case (off >= 2.5 and coalesce(slip_kind = 'MISREAD' and gain >= 0.4, false)) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_ke03
  from tested
),

failing as (
  select * from judged
  where outcome_ke01 = 'FAIL' or outcome_ke02 = 'FAIL' or outcome_ke03 = 'FAIL'
)

-- KE01 疑似漏录或多录一位 / A digit missing or too many
select
  'KE01' as rule_code,
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
  '若为录入差错, 应为 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(suggested_printed as decimal(28, 8)) as {{ text }}))), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') as expected,
  try_cast(expected_low as decimal(28, 8)) as expected_low,
  try_cast(expected_high as decimal(28, 8)) as expected_high,
  cast(n_years as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce(cast(value_text as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || ', 推算约 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round(expected, 2) as decimal(28, 8)) as {{ text }}))), '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '; 若漏录或多录了一位, 应为 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(suggested_printed as decimal(28, 8)) as {{ text }}))), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || ', 需核验。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is ' || coalesce(cast(value_text as {{ text }}), '(none)') || ' ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || ' where about ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round(expected, 2) as decimal(28, 8)) as {{ text }}))), '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || ' was to be expected; with a digit put in or taken out it would be ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(suggested_printed as decimal(28, 8)) as {{ text }}))), '(none)') || '. Please verify.' as why_en,
  '请对照原始凭证逐位核对; 若确为录入差错, 请改正后重报。' as mend_zh,
  'Compare digit by digit with the source document; if it was a slip, correct it and send again.' as mend_en,
  cast(least(greatest(coalesce(gain, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(suggested_printed * cast(factor as double) as decimal(28, 8)) as should_be,
  false as as_known_then
from failing
where outcome_ke01 = 'FAIL'

union all

-- KE02 疑似相邻两位颠倒 / Two neighbouring digits swapped
select
  'KE02' as rule_code,
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
  '若为两位颠倒, 应为 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(suggested_printed as decimal(28, 8)) as {{ text }}))), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') as expected,
  try_cast(expected_low as decimal(28, 8)) as expected_low,
  try_cast(expected_high as decimal(28, 8)) as expected_high,
  cast(n_years as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce(cast(value_text as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || ', 推算约 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round(expected, 2) as decimal(28, 8)) as {{ text }}))), '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '; 若有相邻两位颠倒, 应为 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(suggested_printed as decimal(28, 8)) as {{ text }}))), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || ', 需核验。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is ' || coalesce(cast(value_text as {{ text }}), '(none)') || ' ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || ' where about ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round(expected, 2) as decimal(28, 8)) as {{ text }}))), '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || ' was to be expected; with two digits exchanged it would be ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(suggested_printed as decimal(28, 8)) as {{ text }}))), '(none)') || '. Please verify.' as why_en,
  '请对照原始凭证逐位核对; 若确为录入差错, 请改正后重报。' as mend_zh,
  'Compare digit by digit with the source document; if it was a slip, correct it and send again.' as mend_en,
  cast(least(greatest(coalesce(gain, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(suggested_printed * cast(factor as double) as decimal(28, 8)) as should_be,
  false as as_known_then
from failing
where outcome_ke02 = 'FAIL'

union all

-- KE03 疑似一位看错或录错 / One digit misread
select
  'KE03' as rule_code,
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
  '若为一位之差, 应为 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(suggested_printed as decimal(28, 8)) as {{ text }}))), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') as expected,
  try_cast(expected_low as decimal(28, 8)) as expected_low,
  try_cast(expected_high as decimal(28, 8)) as expected_high,
  cast(n_years as integer) as baseline_n,
  '“' || coalesce(cast(coalesce(name_zh, indicator) as {{ text }}), '（空）') || '”填报 ' || coalesce(cast(value_text as {{ text }}), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || ', 推算约 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round(expected, 2) as decimal(28, 8)) as {{ text }}))), '（空）') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '（空）') || '; 若有一位看错, 应为 ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(suggested_printed as decimal(28, 8)) as {{ text }}))), '（空）') || ' ' || coalesce(cast(printed_unit as {{ text }}), '（空）') || ', 需核验。' as why_zh,
  '"' || coalesce(cast(coalesce(name_en, indicator) as {{ text }}), '(none)') || '" is ' || coalesce(cast(value_text as {{ text }}), '(none)') || ' ' || coalesce(cast(printed_unit as {{ text }}), '(none)') || ' where about ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(round(expected, 2) as decimal(28, 8)) as {{ text }}))), '(none)') || ' ' || coalesce(cast(canonical_unit as {{ text }}), '(none)') || ' was to be expected; with one digit replaced it would be ' || coalesce(trim(trailing '.' from trim(trailing '0' from cast(try_cast(suggested_printed as decimal(28, 8)) as {{ text }}))), '(none)') || '. Please verify.' as why_en,
  '请对照原始凭证逐位核对; 若确为录入差错, 请改正后重报。' as mend_zh,
  'Compare digit by digit with the source document; if it was a slip, correct it and send again.' as mend_en,
  cast(least(greatest(coalesce(gain, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(suggested_printed * cast(factor as double) as decimal(28, 8)) as should_be,
  false as as_known_then
from failing
where outcome_ke03 = 'FAIL'
