-- One row per reported cell of a figures form: typed, unit resolved, converted to the indicator's canonical unit.
-- A number beyond what the warehouse stores exactly stays a text (the reader has reported its cell). Typing and renaming only; whether a figure can be believed is judged in validated.
with cells as (
  select
    cells.*,
    sub.provider_id,
    sub.ledger_seq,
    nullif(trim(translate(cells.value_text, '　', ' ')), '') as as_sent,
    {{ ascii_number('cells.value_text') }} as ascii_text,
    nullif(trim(cells.row_key), '') as measure_code,
    nullif(replace(replace(cells.row_label, ' ', ''), '　', ''), '') as measure_name
  from {{ source('raw', 'cell') }} as cells
  inner join {{ source('raw', 'submission') }} as sub on sub.submission_id = cells.submission_id
  where cells.table_name = 'figures' and {{ only_changed('cells.period') }}
),

parsed as (
  select
    cells.*,
    case
      when as_sent is null then 'BLANK'
      when as_sent in ('不涉及', '不适用', 'N/A', 'n/a') then 'NOT_APPLICABLE'
      -- 无发生：本年未开征 / nothing arose, and why: a statement, not a gap
      when substr(as_sent, 1, 3) in ('无发生', '未发生', '零报告') then 'NIL'
      when as_sent in ('…', '……', '...', '—', '——', '-', '－', '–', '/', '／', '不详', '无', '*', '#', '?', '？') then 'PLACEHOLDER'
      when {{ full_match('as_sent', '[+-]?[0-9]+([.][0-9]+)?') }} then 'NUMBER'
      when {{ full_match('ascii_text', '[+-]?[0-9]+([.][0-9]+)? ?%') }} then 'PERCENT'
      when {{ full_match('ascii_text', '[+-]?[0-9]{1,3}(,[0-9]{3})+([.][0-9]+)?') }} then 'THOUSANDS'
      when {{ full_match('ascii_text', '[+-]?[0-9]+([.][0-9]+)?') }} then 'FULLWIDTH'
      else 'TEXT'
    end as parse_code,
    replace(replace(trim(ascii_text, '% '), ',', ''), '+', '') as digits
  from cells
),

units as (
  select
    parsed.*,
    indicators.unit as canonical_unit,
    nullif(trim(parsed.measure_text), '') is not null as unit_stated,
    coalesce(nullif(trim(parsed.measure_text), ''), expected.measure_text) as printed_unit,
    coalesce(by_code.unit_code, by_key_name.unit_code, by_name.unit_code) as unit_code
  from parsed
  left join {{ source('raw', 'register_indicators') }} as indicators on indicators.indicator = parsed.field
  left join {{ source('raw', 'register_form_column') }} as expected
    on expected.form_id = parsed.form_id and expected.field = parsed.field
    and parsed.period between expected.period_from and coalesce(expected.period_to, 9999)
  left join {{ source('raw', 'register_units') }} as by_code on by_code.unit_code = parsed.measure_code
  left join {{ source('raw', 'register_unit_aliases') }} as by_key_name on by_key_name.alias = parsed.measure_code
  left join {{ source('raw', 'register_unit_aliases') }} as by_name on by_name.alias = parsed.measure_name
),

sized as (
  select
    units.*,
    measures.factor,
    case when parse_code in ('NUMBER', 'THOUSANDS', 'FULLWIDTH', 'PERCENT') then {{ to_real('digits') }} end as size
  from units
  left join {{ source('raw', 'register_measures') }} as measures
    on measures.measure_text = units.printed_unit and measures.canonical_unit = units.canonical_unit
),

limited as (
  select sized.*, size is not null and not ({{ is_storable('size') }} and {{ is_storable('size * coalesce(cast(factor as double), 1)') }}) as is_too_large
  from sized
),

valued as (
  select
    limited.*,
    case when size is not null and not is_too_large and (parse_code <> 'PERCENT' or canonical_unit = '%') then {{ to_decimal('digits') }} end as value_printed,
    case when position('.' in digits) > 0 then length(digits) - position('.' in digits) else 0 end as decimals
  from limited
)

select
  submission_id,
  ledger_seq,
  provider_id,
  form_id,
  period,
  unit_code,
  measure_code,
  measure_name,
  {{ as_indicator('field') }} as indicator,
  value_text,
  cast(round(value_printed * factor, 8) as decimal(28, 8)) as value,
  value_printed,
  cast(decimals as integer) as decimals,
  printed_unit,
  unit_stated,
  factor,
  case when is_too_large then 'TOO_LARGE' else parse_code end as parse_code,
  sheet,
  row_no,
  col_no,
  cell,
  -- one unit of the last printed digit, in the canonical unit: what rounding may hide
  cast(cast(power(10, -least(decimals, 8)) as decimal(18, 8)) * factor as decimal(28, 8)) as resolution
from valued
