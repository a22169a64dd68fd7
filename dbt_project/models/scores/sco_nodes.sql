-- The score of every node of a scheme's tree, for every unit: indicators (height 0), then each height from what stands below it.
-- A node may have several parents. Without a table of nodes the tree is: indicators, dimensions, total (from sco_contributions).
-- Exact where all below is exact and the mean is arithmetic; otherwise a real, rounded half-up to eight places in `score`.
{%- set most_levels = var('most_levels', 8) %}
with recursive edges as (
  select submission_id, period, node, parent
  from {{ ref('stg_scheme_nodes') }}
  where parent is not null and {{ only_changed('period') }}
),

walk as (
  select distinct edges.submission_id, edges.parent as node, 1 as height
  from edges
  inner join {{ ref('stg_scheme_indicators') }} as indicators on indicators.submission_id = edges.submission_id and indicators.indicator = edges.node
  union
  select edges.submission_id, edges.parent, walk.height + 1
  from walk
  inner join edges on edges.submission_id = walk.submission_id and edges.node = walk.node
  where walk.height <= {{ most_levels }}
),

heights as (
  select submission_id, node, max(height) as height from walk group by submission_id, node
),

settings as (
  select
    submission_id, node, max(name_zh) as name_zh,
    coalesce(max(aggregation), 'arithmetic') as aggregation, cast(max(exponent) as double) as exponent,
    cast(coalesce(max(data_threshold), 0) as double) as data_threshold, coalesce(max(missing_policy), 'redistribute') as missing_policy,
    cast(max(factor) as double) as factor, cast(max(shift) as double) as shift, cast(max(score_power) as double) as score_power,
    max(score_floor) as score_floor, max(score_cap) as score_cap, max(decimals) as decimals, coalesce(max(rank_order), 'desc') as rank_order, coalesce(max(rank_decimals), 9) as rank_decimals,
    max(case when parent is null then 1 else 0 end) as is_root
  from {{ ref('stg_scheme_nodes') }}
  where {{ only_changed('period') }}
  group by submission_id, node
),

level_0 as (
  select scheme_submission_id, province_code, class_id, period, unit_code, indicator as node, 0 as height, score, score_real, score_status as node_status,
    cast(null as bigint) as n_children, cast(null as bigint) as n_scored
  from {{ ref('sco_indicator_scores') }}
  where {{ only_changed('period') }} and scheme_submission_id in (select submission_id from edges)
)

{%- for level in range(1, most_levels + 1) %},

below_{{ level }} as (
  {%- for lower in range(level) %}
  {% if not loop.first %}union all {% endif %}select * from level_{{ lower }}
  {%- endfor %}
),

gathered_{{ level }} as (
  select
    below.scheme_submission_id, below.province_code, below.class_id, below.period, below.unit_code, edges.parent as node,
    below.score,
    case when below.score is null and settings.missing_policy = 'zero' then 0.0 else coalesce(below.score_real, cast(below.score as double)) end as r,
    case when below.score is null and settings.missing_policy = 'zero' then 0 else below.score end as d,
    coalesce(cast(weights.weight as double), 1.0) as w,
    coalesce(weights.weight, 1) as w_exact,
    below.score_real is null and coalesce(weights.weight, 1) = cast(coalesce(weights.weight, 1) as decimal(12, 4)) as is_exact,
    settings.aggregation, settings.exponent, settings.data_threshold, settings.missing_policy, settings.factor, settings.shift, settings.score_power,
    settings.score_floor, settings.score_cap, settings.decimals
  from heights
  inner join edges on edges.submission_id = heights.submission_id and edges.parent = heights.node
  inner join settings on settings.submission_id = heights.submission_id and settings.node = heights.node
  inner join below_{{ level }} as below on below.scheme_submission_id = edges.submission_id and below.node = edges.node
  left join {{ ref('stg_scheme_weights') }} as weights
    on weights.submission_id = edges.submission_id and weights.indicator = edges.node and weights.class_id = below.class_id
  where heights.height = {{ level }}
),

level_{{ level }} as (
  {{ node_level('gathered_' ~ level, level) }}
)
{%- endfor %},

tree as (
  {%- for level in range(most_levels + 1) %}
  {% if not loop.first %}union all {% endif %}select * from level_{{ level }}
  {%- endfor %}
),

dimensions as (
  select scheme_submission_id, province_code, class_id, scores.period, scores.unit_code, scores.dimension_code, max(scores.dimension_zh) as dimension_zh,
    sum(contributions.contribution) as contribution, sum(contributions.effective_weight) as effective_weight, count(*) as n, count(scores.score) as n_scored
  from {{ ref('sco_indicator_scores') }} as scores
  inner join {{ ref('sco_contributions') }} as contributions
    on contributions.unit_code = scores.unit_code and contributions.indicator = scores.indicator and contributions.period = scores.period
  where {{ only_changed('scores.period') }}
  group by scheme_submission_id, province_code, class_id, scores.period, scores.unit_code, scores.dimension_code
),

everything as (
  select tree.*, coalesce(settings.name_zh, tree.node) as node_zh, coalesce(settings.is_root, 0) = 1 as is_root, coalesce(settings.rank_order, 'desc') as rank_order, coalesce(settings.rank_decimals, 9) as rank_decimals
  from tree
  left join settings on settings.submission_id = tree.scheme_submission_id and settings.node = tree.node
  where tree.height > 0
  union all
  select scheme_submission_id, province_code, class_id, period, unit_code, dimension_code, 1,
    {{ exact_div('contribution * 100', 'effective_weight', 8) }}, cast(null as double), case when n_scored = 0 then 'MISSING' else 'OK' end, n, n_scored,
    dimension_zh, false, 'desc', 9
  from dimensions
  union all
  select scheme_submission_id, province_code, class_id, period, unit_code, 'total', 2,
    cast(sum(contribution) as decimal(28, 8)), null, case when sum(n_scored) = 0 then 'MISSING' else 'OK' end, count(*), count(case when n_scored > 0 then 1 end),
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
