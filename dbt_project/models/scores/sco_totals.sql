-- Total, published score, grade and rank inside the class. The total is the exact sum of the contributions, brought within
-- 0-100; where a scheme has a tree of its own, the score of its root as it stands.
with roots as (
  select unit_code, period, scheme_submission_id, score, rank_order
  from {{ ref('sco_nodes') }}
  where is_root and {{ only_changed('period') }}
    and scheme_submission_id in (select nodes.submission_id from {{ ref('stg_scheme_nodes') }} as nodes)
),

totals as (
  select
    scores.unit_code,
    scores.period,
    scores.province_code,
    scores.class_id,
    scores.class_zh,
    scores.scheme_submission_id,
    max(roots.rank_order) as rank_order,
    case when max(roots.rank_order) is null then cast(sum(contributions.contribution) as decimal(28, 8)) else max(roots.score) end as total_exact,
    count(*) as n_indicators,
    count(scores.score) as n_scored,
    sum(case when scores.status = 'MARKED' then 1 else 0 end) as n_marked,
    sum(case when scores.status = 'QUARANTINED' then 1 else 0 end) as n_quarantined,
    sum(case when scores.status = 'MISSING' then 1 else 0 end) as n_missing,
    sum(case when scores.status = 'NOT_APPLICABLE' then 1 else 0 end) as n_not_applicable
  from {{ ref('sco_indicator_scores') }} as scores
  left join {{ ref('sco_contributions') }} as contributions
    on contributions.unit_code = scores.unit_code and contributions.indicator = scores.indicator
    and contributions.period = scores.period
  left join roots
    on roots.scheme_submission_id = scores.scheme_submission_id and roots.unit_code = scores.unit_code and roots.period = scores.period
  where {{ only_changed('scores.period') }}
  group by scores.unit_code, scores.period, scores.province_code, scores.class_id, scores.class_zh, scores.scheme_submission_id
),

clamped as (
  select
    totals.*,
    case when rank_order is null then cast(least(greatest(total_exact, 0), 100) as decimal(28, 8)) else total_exact end as total_clamped
  from totals
),

published as (
  select
    clamped.*,
    schemes.scheme_id,
    schemes.scheme_fingerprint,
    schemes.grade_on,
    {{ half_up_to('clamped.total_clamped', 'schemes.score_decimals') }} as total_published
  from clamped
  inner join {{ ref('val_schemes') }} as schemes
    on schemes.submission_id = clamped.scheme_submission_id and schemes.period = clamped.period
),

graded as (
  select
    published.*,
    case when grade_on = 'exact' then total_clamped else total_published end as total_graded,
    rank() over (partition by province_code, period, class_id order by case when total_clamped is null then 1 else 0 end, case when rank_order = 'asc' then -total_clamped else total_clamped end desc) as rank_in_class,
    count(*) over (partition by province_code, period, class_id) as n_in_class
  from published
)

select
  graded.unit_code,
  graded.period,
  graded.province_code,
  graded.class_id,
  graded.class_zh,
  graded.scheme_submission_id,
  graded.scheme_id,
  graded.scheme_fingerprint,
  graded.n_indicators,
  graded.n_scored,
  graded.n_marked,
  graded.n_quarantined,
  graded.n_missing,
  graded.n_not_applicable,
  graded.total_exact,
  graded.total_clamped,
  graded.total_published,
  graded.grade_on,
  graded.total_graded,
  bands.grade_code,
  bands.grade_zh,
  bands.lower as band_lower,
  bands.lower_inclusive as band_lower_inclusive,
  bands.upper as band_upper,
  bands.upper_inclusive as band_upper_inclusive,
  cast(graded.rank_in_class as integer) as rank_in_class,
  cast(graded.n_in_class as integer) as n_in_class
from graded
left join {{ ref('stg_scheme_bands') }} as bands
  on bands.submission_id = graded.scheme_submission_id
  and (bands.lower is null or graded.total_graded > bands.lower or (bands.lower_inclusive and graded.total_graded = bands.lower))
  and (bands.upper is null or graded.total_graded < bands.upper or (bands.upper_inclusive and graded.total_graded = bands.upper))
