-- Written by expectations/compiler.py from expectations/rules/keying.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
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
