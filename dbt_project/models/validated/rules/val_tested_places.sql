-- Written by expectations/compiler.py from expectations/rules/places.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
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
