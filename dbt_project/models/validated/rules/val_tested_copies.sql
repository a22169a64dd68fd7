-- Written by expectations/compiler.py from expectations/rules/copies.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
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
