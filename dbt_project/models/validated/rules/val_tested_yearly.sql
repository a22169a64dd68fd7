-- Written by expectations/compiler.py from expectations/rules/yearly.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  with breaks as (
    select indicator, valid_from as period, count(*) as n
    from {{ source('raw', 'register_calibers') }}
    where not comparable_with_previous
    group by indicator, valid_from
  ),

  beside as (
    select
      figures.submission_id, figures.provider_id, figures.unit_code, figures.indicator, figures.period,
      figures.sheet, figures.row_no, figures.col_no, figures.cell,
      figures.value_text, figures.value_printed, figures.value, figures.printed_unit,
      indicators.unit as canonical_unit, indicators.name_zh, indicators.name_en,
      indicators.yoy_limit_pct, indicators.hard_low, indicators.hard_high,
      break_now.n is not null as is_break,
      years.value_b1 is not null or years.value_a1 is not null as has_neighbour,
      years.value_b1 as raw_last_value,
      case when break_now.n is null then years.value_b1 end as last_value,
      case when break_now.n is null and break_last.n is null then years.value_b2 end as before_value,
      case when break_next.n is null then years.value_a1 end as next_value,
      {{ significant_digits('figures.value_printed') }} as digits
    from {{ ref('stg_figures') }} as figures
    inner join {{ source('raw', 'register_indicators') }} as indicators on {{ as_indicator('indicators.indicator') }} = figures.indicator
    inner join (
      select unit_code, indicator, period, value_b2, value_b1, value_a1 from {{ ref('val_series') }} where {{ only_changed('period') }}
    ) as years
      on years.unit_code = figures.unit_code and years.indicator = figures.indicator and years.period = figures.period
    left join breaks as break_now on break_now.indicator = figures.indicator and break_now.period = figures.period
    left join breaks as break_last on break_last.indicator = figures.indicator and break_last.period = figures.period - 1
    left join breaks as break_next on break_next.indicator = figures.indicator and break_next.period = figures.period + 1
    where {{ only_changed('figures.period') }} and figures.value is not null
  ),

  -- doubles suffice here: a power of ten is told apart with a tolerance of a half
  measured as (
    select
      beside.*,
      (case when last_value is not null then 1 else 0 end) + (case when before_value is not null then 1 else 0 end)
        + (case when next_value is not null then 1 else 0 end) as n_others,
      (case when last_value is not null then 1 else 0 end) + (case when before_value is not null then 1 else 0 end) as n_before,
      cast(round(log10(
        nullif(abs(cast(value as double)), 0) / nullif(abs(cast(coalesce(last_value, before_value, next_value) as double)), 0)
      )) as integer) as slip
    from beside
  ),

  corrected as (
    select
      measured.*,
      case when slip <> 0 then cast(value as double) / nullif(cast(last_value as double), 0) * power(10.0, -slip) end as last_ratio,
      case when slip <> 0 then cast(value as double) / nullif(cast(before_value as double), 0) * power(10.0, -slip) end as before_ratio,
      case when slip <> 0 then cast(value as double) / nullif(cast(next_value as double), 0) * power(10.0, -slip) end as next_ratio
    from measured
  )

  select
    corrected.*,
    -- as it was known then: one power of ten, and both years before agree once it is taken away
    coalesce(slip <> 0 and abs(slip) <= 6, false)
      and coalesce(last_ratio between 1 / 1.5 and 1.5, false)
      and coalesce(before_ratio between 1 / 1.5 and 1.5, false) as is_slip_then,
    -- and every comparable year agrees, the next one too
    coalesce(slip <> 0 and abs(slip) <= 6, false)
      and (last_value is null or coalesce(last_ratio between 1 / 1.5 and 1.5, false))
      and (before_value is null or coalesce(before_ratio between 1 / 1.5 and 1.5, false))
      and (next_value is null or coalesce(next_ratio between 1 / 1.5 and 1.5, false)) as is_slip
  from corrected
),

columns_copied as (
  select
    submission_id, indicator,
    count(case when digits >= 3 and raw_last_value is not null then 1 end) as n_compared,
    count(case when digits >= 3 and raw_last_value = value then 1 end) as n_same
  from tested
  group by submission_id, indicator
),

values_repeated as (
  select submission_id, indicator, value, true as is_repeated
  from tested
  group by submission_id, indicator, value
  having min(unit_code) <> max(unit_code)
)

select tested.*, columns_copied.n_compared, columns_copied.n_same, values_repeated.is_repeated
from tested
left join columns_copied on columns_copied.submission_id = tested.submission_id and columns_copied.indicator = tested.indicator
left join values_repeated on values_repeated.submission_id = tested.submission_id and values_repeated.indicator = tested.indicator and values_repeated.value = tested.value
