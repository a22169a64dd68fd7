-- Places among peers for the methods that score by rank: from the best (place) and from the worst (place_up), ties as the scheme says.
with used as (
  select
    prepared.province_code, prepared.unit_code, prepared.indicator, prepared.period, prepared.scheme_submission_id,
    parameters.reference_class, parameters.ties,
    prepared.value_ready * (case when indicators.direction = '-' then -1 else 1 end) as goodness
  from {{ ref('sco_prepared') }} as prepared
  inner join {{ ref('sco_parameters') }} as parameters
    on parameters.submission_id = prepared.scheme_submission_id and parameters.indicator = prepared.indicator and parameters.class_id = prepared.class_id
  inner join {{ ref('stg_scheme_indicators') }} as indicators
    on indicators.submission_id = prepared.scheme_submission_id and indicators.indicator = prepared.indicator
  where parameters.method in ('rank_points', 'layers', 'rank', 'percentile_rank') and {{ only_changed('prepared.period') }}
    and prepared.value_status in ('ACCEPTED', 'MARKED', 'IMPUTED')
),

placed as (
  select
    used.*,
    rank() over (partition by scheme_submission_id, reference_class, indicator order by goodness desc) as first_place,
    rank() over (partition by scheme_submission_id, reference_class, indicator order by goodness) as first_place_up,
    dense_rank() over (partition by scheme_submission_id, reference_class, indicator order by goodness desc) as dense_place,
    dense_rank() over (partition by scheme_submission_id, reference_class, indicator order by goodness) as dense_place_up,
    count(*) over (partition by scheme_submission_id, reference_class, indicator, goodness) as n_tied,
    count(*) over (partition by scheme_submission_id, reference_class, indicator) as n
  from used
)

select
  scheme_submission_id, unit_code, indicator, period, cast(n as integer) as n, cast(n_tied as integer) as n_tied,
  cast(case ties when 'average' then first_place + (n_tied - 1) / 2.0 when 'max' then first_place + n_tied - 1 when 'dense' then dense_place else first_place end as decimal(12, 2)) as place,
  cast(case ties when 'average' then first_place_up + (n_tied - 1) / 2.0 when 'max' then first_place_up + n_tied - 1 when 'dense' then dense_place_up else first_place_up end as decimal(12, 2)) as place_up
from placed
