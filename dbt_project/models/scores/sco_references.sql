-- What a peer-referenced method measures against, by class (or all units of the scheme) and period (or all periods, or one fixed
-- period, or the one before): only values that passed the gate, after preparation (domain: validated values only),
-- and none that is in doubt.
with wanted as (
  select
    province_code, period, submission_id, class_id, indicator, reference_class, reference_periods,
    low_percentile_real, high_percentile_real, best_mean_of_real, reference_unit,
    case reference_periods when 'pooled' then 0 when 'fixed' then try_cast(reference_period_real as integer) when 'previous' then period - 1 else period end as reference_period
  from {{ ref('sco_parameters') }}
  where {{ only_changed('period') }}
),

values_used as (
  select province_code, reference_class, indicator, period, unit_code, value, value_ready
  from {{ ref('sco_prepared') }}
  where value_status in ('ACCEPTED', 'MARKED', 'IMPUTED') and {{ is_reference('doubt') }} and {{ only_changed('period') }}
  union all
  select history.province_code, history.reference_class, history.indicator, 0, history.unit_code, history.value, history.value_ready
  from {{ ref('sco_prepared') }} as history
  where history.value_status in ('ACCEPTED', 'MARKED', 'IMPUTED') and {{ is_reference('history.doubt') }}
    and (history.province_code, history.indicator) in (select wanted.province_code, wanted.indicator from wanted where wanted.reference_periods = 'pooled')
  union all
  select history.province_code, history.reference_class, history.indicator, history.period, history.unit_code, history.value, history.value_ready
  from {{ ref('sco_prepared') }} as history
  where history.value_status in ('ACCEPTED', 'MARKED', 'IMPUTED') and {{ is_reference('history.doubt') }} and not ({{ only_changed('history.period') }})
    and (history.province_code, history.indicator, history.period) in (select wanted.province_code, wanted.indicator, wanted.reference_period from wanted)
),

grouped as (
  select
    province_code, reference_class, indicator, period, lowest, highest, n_peers, total, lowest_real, highest_real, median_real,
    {{ of_ascending('avg', 'readies') }} as mean_real, {{ of_ascending('stddev_samp', 'readies') }} as sd_sample,
    {{ of_ascending('stddev_pop', 'readies') }} as sd_population, {{ of_ascending('sum', 'readies') }} as total_real
  from (
    select
      province_code, reference_class, indicator, period,
      min(value) as lowest, max(value) as highest, count(value) as n_peers, sum(value) as total,
      min(value_ready) as lowest_real, max(value_ready) as highest_real, median(value_ready) as median_real, {{ ascending('value_ready') }} as readies
    from values_used
    group by province_code, reference_class, indicator, period
  ) as gathered
),

special as (
  select province_code, reference_class, indicator, reference_period, max(low_percentile_real) as low_p, max(high_percentile_real) as high_p,
    max(best_mean_of_real) as best_of, max(reference_unit) as reference_unit
  from wanted
  where low_percentile_real is not null or high_percentile_real is not null or best_mean_of_real is not null or reference_unit is not null
  group by province_code, reference_class, indicator, reference_period
),

numbered as (
  select special.*, used.value_ready, used.unit_code,
    row_number() over (partition by special.province_code, special.reference_class, special.indicator, special.reference_period order by used.value_ready, used.unit_code) as place,
    count(*) over (partition by special.province_code, special.reference_class, special.indicator, special.reference_period) as n
  from special
  inner join values_used as used
    on used.province_code = special.province_code and used.reference_class = special.reference_class
    and used.indicator = special.indicator and used.period = special.reference_period
),

percentiles as (
  select province_code, reference_class, indicator, reference_period,
    {{ percentile_of('place', 'n', 'value_ready', 'low_p') }} as low_percentile_value,
    {{ percentile_of('place', 'n', 'value_ready', 'high_p') }} as high_percentile_value,
    {{ of_ascending('avg', ascending('case when place > n - best_of then value_ready end')) }} as top_mean,
    {{ of_ascending('avg', ascending('case when place <= best_of then value_ready end')) }} as bottom_mean,
    max(case when unit_code = reference_unit then value_ready end) as unit_value
  from numbered
  group by province_code, reference_class, indicator, reference_period
)

select
  wanted.submission_id as scheme_submission_id,
  wanted.class_id,
  wanted.indicator,
  wanted.period,
  grouped.lowest,
  grouped.highest,
  grouped.n_peers,
  cast(grouped.total as decimal(28, 8)) as total,
  grouped.lowest_real,
  grouped.highest_real,
  grouped.mean_real,
  grouped.median_real,
  grouped.sd_sample,
  grouped.sd_population,
  grouped.total_real,
  percentiles.low_percentile_value,
  percentiles.high_percentile_value,
  percentiles.top_mean,
  percentiles.bottom_mean,
  percentiles.unit_value
from wanted
inner join grouped
  on grouped.province_code = wanted.province_code and grouped.reference_class = wanted.reference_class
  and grouped.indicator = wanted.indicator and grouped.period = wanted.reference_period
left join percentiles
  on percentiles.province_code = wanted.province_code and percentiles.reference_class = wanted.reference_class
  and percentiles.indicator = wanted.indicator and percentiles.reference_period = wanted.reference_period
