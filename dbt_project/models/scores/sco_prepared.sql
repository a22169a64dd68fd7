-- What the scheme does to a value before it is scored: factor and offset, floor and cap, transform, imputation, treatment of
-- outliers, in this order (transform_when = after: the transform last). Each stage is kept. Values that nothing is done to pass
-- through with all their digits; what was worked on is a real, rounded to eight places where a decimal is asked for.
-- A figure in doubt is prepared like the others and moves nobody else: no statistic and no bound rests on it.
-- Winsorising as COINr does it: while |skewness| and kurtosis pass their limits, the next of the most extreme values takes the
-- value of its neighbour, on the side of the skew, at most `win_max` times.
{%- set moved = bounded('pools.value_imputed', 'candidates.floor_value', 'candidates.ceiling_value') %}
with named as (
  select
    base.*,
    parameters.reference_class, parameters.reference_periods,
    parameters.transform, parameters.transform_when, parameters.transform_power_real, parameters.transform_offset_real,
    parameters.impute, parameters.impute_value_real, parameters.treat, parameters.win_max_real, parameters.skew_limit_real, parameters.kurtosis_limit_real,
    parameters.clip_low_real, parameters.clip_high_real, parameters.factor_real, parameters.offset_real, parameters.value_floor_real, parameters.value_cap_real,
    case parameters.impute_by when 'class' then base.class_id when 'group' then coalesce(groups.impute_group, '') else '*' end as impute_key,
    base.status in ('ACCEPTED', 'MARKED') and base.value is not null as is_measured
  from {{ ref('sco_values') }} as base
  inner join {{ ref('sco_parameters') }} as parameters
    on parameters.submission_id = base.scheme_submission_id and parameters.indicator = base.indicator and parameters.class_id = base.class_id
  left join {{ ref('stg_scheme_groups') }} as groups
    on groups.submission_id = base.scheme_submission_id and groups.unit_code = base.unit_code
  where parameters.prepares and ({{ only_changed('base.period') }} or parameters.reference_periods = 'pooled' or parameters.impute = 'carry_forward')
),

-- most values are scored as they are: a way of their own, with none of the columns that preparation needs
untouched as (
  select base.*, parameters.reference_class, base.status in ('ACCEPTED', 'MARKED') and base.value is not null as is_measured
  from {{ ref('sco_values') }} as base
  inner join {{ ref('sco_parameters') }} as parameters
    on parameters.submission_id = base.scheme_submission_id and parameters.indicator = base.indicator and parameters.class_id = base.class_id
  where not parameters.prepares and {{ only_changed('base.period') }}
),

bounded as (
  select
    named.*,
    case when is_measured then {{ bounded('value_real * factor_real + offset_real', 'value_floor_real', 'value_cap_real') }} end as value_bounded
  from named
),

first_transformed as (
  select
    bounded.*,
    case when transform_when = 'before' then {{ transformed('value_bounded', 'transform', 'transform_power_real', 'transform_offset_real') }} else value_bounded end as value_first
  from bounded
),

imputing as (
  select province_code, indicator, period, impute_key, median(value_first) as the_median, {{ of_ascending('avg', ascending('value_first')) }} as the_mean, min(value_first) as the_min, max(value_first) as the_max
  from first_transformed
  where impute in ('median', 'mean', 'min', 'max') and {{ is_reference('doubt') }}
  group by province_code, indicator, period, impute_key
),

imputed as (
  select
    base.*,
    case
      when base.value_first is not null then base.value_first
      when base.status not in ('MISSING', 'HELD') then null
      when base.impute = 'median' then stats.the_median
      when base.impute = 'mean' then stats.the_mean
      when base.impute = 'min' then stats.the_min
      when base.impute = 'max' then stats.the_max
      when base.impute = 'zero' then 0.0
      when base.impute = 'constant' then base.impute_value_real
      when base.impute = 'carry_forward' then last_value(base.value_first ignore nulls) over (
        partition by base.province_code, base.indicator, base.unit_code order by base.period rows between unbounded preceding and current row)
    end as value_imputed
  from first_transformed as base
  left join imputing as stats
    on stats.province_code = base.province_code and stats.indicator = base.indicator and stats.period = base.period and stats.impute_key = base.impute_key
),

pools as (
  select
    imputed.*,
    case when reference_periods = 'pooled' then 0 else period end as pool_period,
    row_number() over (partition by province_code, reference_class, indicator, case when reference_periods = 'pooled' then 0 else period end order by value_imputed desc, unit_code, period) as from_top,
    row_number() over (partition by province_code, reference_class, indicator, case when reference_periods = 'pooled' then 0 else period end order by value_imputed, unit_code, period) as from_bottom,
    count(*) over (partition by province_code, reference_class, indicator, case when reference_periods = 'pooled' then 0 else period end) as n_pool
  from imputed
  where treat <> 'none' and value_imputed is not null and {{ is_reference('doubt') }}
),

-- one candidate per number of winsorised points: 0, 1, ... win_max; the first that passes is taken
bounds as (
  select province_code, reference_class, indicator, pool_period, max(skew_limit_real) as skew_limit, max(kurtosis_limit_real) as kurtosis_limit,
    max(win_max_real) as win_max, {{ of_ascending('skewness', ascending('value_imputed')) }} as skew
  from pools
  where treat in ('winsorise', 'winsorise_or_ln')
  group by province_code, reference_class, indicator, pool_period
),

candidates as (
  select
    bounds.*, tops.from_top - 1 as n_moved,
    case when bounds.skew >= 0 then tops.value_imputed end as ceiling_value,
    case when bounds.skew < 0 then bottoms.value_imputed end as floor_value
  from bounds
  inner join pools as tops
    on tops.province_code = bounds.province_code and tops.reference_class = bounds.reference_class and tops.indicator = bounds.indicator
    and tops.pool_period = bounds.pool_period and tops.from_top <= bounds.win_max + 1
  inner join pools as bottoms
    on bottoms.province_code = bounds.province_code and bottoms.reference_class = bounds.reference_class and bottoms.indicator = bounds.indicator
    and bottoms.pool_period = bounds.pool_period and bottoms.from_bottom = tops.from_top
),

tried as (
  select
    province_code, reference_class, indicator, pool_period, n_moved, ceiling_value, floor_value,
    {{ is_skewed(of_ascending('skewness', 'moved'), of_ascending('kurtosis', 'moved'), 'skew_limit', 'kurtosis_limit') }} as still_skewed
  from (
    select
      candidates.province_code, candidates.reference_class, candidates.indicator, candidates.pool_period, candidates.n_moved,
      max(candidates.ceiling_value) as ceiling_value, max(candidates.floor_value) as floor_value,
      max(candidates.skew_limit) as skew_limit, max(candidates.kurtosis_limit) as kurtosis_limit,
      {{ ascending(moved) }} as moved
    from candidates
    inner join pools
      on pools.province_code = candidates.province_code and pools.reference_class = candidates.reference_class and pools.indicator = candidates.indicator
      and pools.pool_period = candidates.pool_period
    group by candidates.province_code, candidates.reference_class, candidates.indicator, candidates.pool_period, candidates.n_moved
  ) as moves
),

winsorised as (
  select tried.*, row_number() over (partition by province_code, reference_class, indicator, pool_period order by still_skewed, case when still_skewed then -n_moved else n_moved end) as choice
  from tried
),

clipped as (
  select
    province_code, reference_class, indicator, pool_period,
    case treat when 'clip_percentile' then low_place when 'clip_sd' then {{ of_ascending('avg', 'imputed_values') }} - clip_low * {{ of_ascending('stddev_samp', 'imputed_values') }}
      when 'clip_iqr' then quartile_1 - coalesce(clip_low, 1.5) * (quartile_3 - quartile_1) end as floor_value,
    case treat when 'clip_percentile' then high_place when 'clip_sd' then {{ of_ascending('avg', 'imputed_values') }} + clip_high * {{ of_ascending('stddev_samp', 'imputed_values') }}
      when 'clip_iqr' then quartile_3 + coalesce(clip_high, 1.5) * (quartile_3 - quartile_1) end as ceiling_value
  from (
    select
      province_code, reference_class, indicator, pool_period, max(treat) as treat, max(clip_low_real) as clip_low, max(clip_high_real) as clip_high,
      {{ ascending('value_imputed') }} as imputed_values,
      {{ percentile_of('from_bottom', 'n_pool', 'value_imputed', 'clip_low_real') }} as low_place,
      {{ percentile_of('from_bottom', 'n_pool', 'value_imputed', 'clip_high_real') }} as high_place,
      {{ percentile_of('from_bottom', 'n_pool', 'value_imputed', '25') }} as quartile_1,
      {{ percentile_of('from_bottom', 'n_pool', 'value_imputed', '75') }} as quartile_3
    from pools
    where treat in ('clip_percentile', 'clip_sd', 'clip_iqr')
    group by province_code, reference_class, indicator, pool_period
  ) as pooled
),

edges as (
  select province_code, reference_class, indicator, pool_period, floor_value, ceiling_value, n_moved, still_skewed from winsorised where choice = 1
  union all
  select province_code, reference_class, indicator, pool_period, floor_value, ceiling_value, null, false from clipped
),

treated as (
  select
    imputed.*,
    case
      when imputed.treat = 'winsorise_or_ln' and edges.still_skewed then {{ real_ln('imputed.value_imputed') }}
      else {{ bounded('imputed.value_imputed', 'edges.floor_value', 'edges.ceiling_value') }}
    end as value_treated
  from imputed
  left join edges
    on imputed.treat <> 'none' and edges.province_code = imputed.province_code and edges.reference_class = imputed.reference_class
    and edges.indicator = imputed.indicator and edges.pool_period = case when imputed.reference_periods = 'pooled' then 0 else imputed.period end
),

finished as (
  select
    treated.*,
    case when transform_when = 'after' then {{ transformed('value_treated', 'transform', 'transform_power_real', 'transform_offset_real') }} else value_treated end as value_ready
  from treated
),

everything as (
  select unit_code, indicator, period, class_id, class_zh, province_code, scheme_submission_id, definition_id, reference_class, status, doubt, value_real as value_before,
    value_imputed, value_treated, value_ready, {{ real_to_exact('value_ready') }} as value,
    case
      when is_measured and value_ready is null then 'UNDEFINED'
      when not is_measured and value_ready is not null then 'IMPUTED'
      else status
    end as value_status
  from finished
  where {{ only_changed('period') }}
  union all
  select unit_code, indicator, period, class_id, class_zh, province_code, scheme_submission_id, definition_id, reference_class, status, doubt, value_real,
    value_real, value_real, case when is_measured then value_real end, value, status
  from untouched
)

select * from everything
