-- Places among peers for the methods that score by rank: from the best (place) and from the worst (place_up), ties as the scheme says.
-- A value in doubt takes nobody's place: others are placed without it, and it where it would stand among them.
with used as (
  select
    prepared.province_code, prepared.unit_code, prepared.indicator, prepared.period, prepared.scheme_submission_id,
    parameters.reference_class, parameters.ties,
    case when {{ is_reference('prepared.doubt') }} then 1 else 0 end as counts,
    prepared.value_ready * (case when indicators.direction = '-' then -1 else 1 end) as goodness
  from {{ ref('sco_prepared') }} as prepared
  inner join {{ ref('sco_parameters') }} as parameters
    on parameters.submission_id = prepared.scheme_submission_id and parameters.indicator = prepared.indicator and parameters.class_id = prepared.class_id
  inner join {{ ref('stg_scheme_indicators') }} as indicators
    on indicators.submission_id = prepared.scheme_submission_id and indicators.indicator = prepared.indicator
  where parameters.method in ('rank_points', 'layers', 'rank', 'percentile_rank') and {{ only_changed('prepared.period') }}
    and prepared.value_status in ('ACCEPTED', 'MARKED', 'IMPUTED')
),

-- the first of each value that counts stands for it where ties are dense
tied as (
  select
    used.*,
    sum(counts) over (partition by scheme_submission_id, reference_class, indicator, goodness) as n_equal,
    case when counts = 1 and row_number() over (partition by scheme_submission_id, reference_class, indicator, goodness, counts order by unit_code) = 1 then 1 else 0 end as is_first,
    sum(counts) over (partition by scheme_submission_id, reference_class, indicator) + 1 - counts as n
  from used
),

placed as (
  select
    tied.*,
    n_equal + 1 - counts as n_tied,
    {%- for way, suffix in [('goodness desc', ''), ('goodness', '_up')] %}
    sum(counts) over (partition by scheme_submission_id, reference_class, indicator order by {{ way }}) - n_equal + 1 as first_place{{ suffix }},
    sum(is_first) over (partition by scheme_submission_id, reference_class, indicator order by {{ way }}) + case when n_equal > 0 then 0 else 1 end as dense_place{{ suffix }}{{ ',' if not loop.last }}
    {%- endfor %}
  from tied
)

select
  scheme_submission_id, unit_code, indicator, period, cast(n as integer) as n, cast(n_tied as integer) as n_tied,
  cast(case ties when 'average' then first_place + (n_tied - 1) / 2.0 when 'max' then first_place + n_tied - 1 when 'dense' then dense_place else first_place end as decimal(12, 2)) as place,
  cast(case ties when 'average' then first_place_up + (n_tied - 1) / 2.0 when 'max' then first_place_up + n_tied - 1 when 'dense' then dense_place_up else first_place_up end as decimal(12, 2)) as place_up
from placed
