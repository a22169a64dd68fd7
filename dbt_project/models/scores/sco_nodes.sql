-- The score of every node above the indicators, for every unit, with its rank among peers: of a tree of the scheme's own (sco_tree); without a
-- table of nodes the tree is: indicators, dimensions, total (from sco_contributions).
with dimensions as (
  select scheme_submission_id, province_code, class_id, scores.period, scores.unit_code, scores.dimension_code, max(scores.dimension_zh) as dimension_zh,
    sum(contributions.contribution_e20) as contribution_e20, {{ whole_weight('max(contributions.dimension_weight)') }} as own_weight,
    {{ whole_weight('max(contributions.scored_dimension_weight)') }} as all_weights, count(*) as n, count(scores.score) as n_scored
  from {{ ref('sco_indicator_scores') }} as scores
  inner join {{ ref('sco_contributions') }} as contributions
    on contributions.unit_code = scores.unit_code and contributions.indicator = scores.indicator and contributions.period = scores.period
  where {{ only_changed('scores.period') }}
  group by scheme_submission_id, province_code, class_id, scores.period, scores.unit_code, scores.dimension_code
),

everything as (
  select scheme_submission_id, province_code, class_id, period, unit_code, node, height, score, score_real, node_status, n_children, n_scored, node_zh, is_root,
    rank_order, rank_decimals
  from {{ ref('sco_tree') }}
  where {{ only_changed('period') }}
  union all
  select scheme_submission_id, province_code, class_id, period, unit_code, dimension_code, 1,
    case when n_scored > 0 then {{ wide_to_exact('(contribution_e20 * all_weights // nullif(own_weight, 0))') }} end, cast(null as double), case when n_scored = 0 then 'MISSING' else 'OK' end, n, n_scored,
    dimension_zh, false, 'desc', 9
  from dimensions
  union all
  select scheme_submission_id, province_code, class_id, period, unit_code, 'total', 2,
    {{ wide_to_exact('sum(contribution_e20)') }}, null, case when sum(n_scored) = 0 then 'MISSING' else 'OK' end, count(*), count(case when n_scored > 0 then 1 end),
    '总分', true, 'desc', 9
  from dimensions
  group by scheme_submission_id, province_code, class_id, period, unit_code
)

select
  unit_code, period, province_code, class_id, scheme_submission_id, node, node_zh, cast(height as integer) as height, is_root,
  score, score_real, node_status,
  cast(n_children as integer) as n_children, cast(n_scored as integer) as n_scored, rank_order,
  case when score is not null then cast(rank() over (
    partition by scheme_submission_id, class_id, node
    order by case when score is null then 1 else 0 end, case when rank_order = 'asc' then 1 else -1 end * round(coalesce(score_real, cast(score as double)) * (1 + 1e-13), rank_decimals)
  ) as integer) end as rank_in_class
from everything
