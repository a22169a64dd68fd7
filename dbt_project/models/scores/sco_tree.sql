-- The score of every node of a tree of the scheme's own, for every unit: indicators (height 0), then each height from the one below it.
-- A node may have several parents.
-- Exact where all below is exact and the mean is arithmetic; otherwise a real, rounded half-up to eight places in `score`.
-- Unrolled to `most_levels`. A score waits only until the height of its highest parent: above the root of a tree nothing waits, so that
-- the heights that no scheme has cost nothing.
{%- set most_levels = var('most_levels', 8) %}
with edges as (
  select submission_id, period, node, parent
  from {{ ref('stg_scheme_nodes') }}
  where parent is not null and {{ only_changed('period') }}
),

-- from each parent of an indicator upwards: nodes on the way
paths as (
  select first_edges.submission_id, first_edges.node_1
    {%- for height in range(2, most_levels + 2) %}, edges_{{ height }}.parent as node_{{ height }}{% endfor %}
  from (
    select distinct edges.submission_id, edges.parent as node_1
    from edges
    inner join {{ ref('stg_scheme_indicators') }} as indicators on indicators.submission_id = edges.submission_id and indicators.indicator = edges.node
  ) as first_edges
  {%- for height in range(2, most_levels + 2) %}
  left join edges as edges_{{ height }}
    on edges_{{ height }}.submission_id = first_edges.submission_id and edges_{{ height }}.node = {{ 'first_edges' if height == 2 else 'edges_' ~ (height - 1) }}.{{ 'node_1' if height == 2 else 'parent' }}
  {%- endfor %}
),

heights as (
  select submission_id, node, max(height) as height
  from (
    {%- for height in range(1, most_levels + 2) %}
    {% if not loop.first %}union all {% endif %}select submission_id, node_{{ height }} as node, {{ height }} as height from paths
    {%- endfor %}
  ) as reached
  where node is not null
  group by submission_id, node
),

needed as (
  select edges.submission_id, edges.node, max(heights.height) as last_needed
  from edges
  inner join heights on heights.submission_id = edges.submission_id and heights.node = edges.parent
  group by edges.submission_id, edges.node
),

given as (
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

settings as (
  select
    given.submission_id as scheme, given.node as of_node, given.name_zh, given.aggregation, given.exponent, {{ real_div('1', 'given.exponent') }} as root, given.data_threshold, given.missing_policy,
    coalesce(given.factor, 1) as factor, coalesce(given.shift, 0) as shift, coalesce(given.score_power, 1) as score_power,
    given.score_floor, given.score_cap, cast(given.score_floor as double) as floor_real, cast(given.score_cap as double) as cap_real,
    given.decimals, {{ last_place('given.decimals') }} as last_place, given.rank_order, given.rank_decimals, given.is_root,
    coalesce(needed.last_needed, 0) as last_needed,
    given.aggregation in ('arithmetic', 'sum', 'min', 'max') and given.factor is null and given.shift is null and given.score_power is null as is_plain
  from given
  left join needed on needed.submission_id = given.submission_id and needed.node = given.node
),

classes as (
  select distinct submission_id, class_id from {{ ref('stg_scheme_classes') }} where {{ only_changed('period') }}
),

-- what each child brings its parent, by class
branches as (
  select
    edges.submission_id, classes.class_id, edges.node, edges.parent, heights.height, settings.aggregation, settings.exponent,
    case when settings.missing_policy = 'zero' then 0.0 end as instead,
    coalesce(weights.weight, 1) as w_exact,
    cast(coalesce(weights.weight, 1) as double) as w,
    coalesce(weights.weight, 1) = cast(coalesce(weights.weight, 1) as decimal(12, 4)) as is_coarse
  from edges
  inner join heights on heights.submission_id = edges.submission_id and heights.node = edges.parent
  inner join settings on settings.scheme = edges.submission_id and settings.of_node = edges.parent
  inner join classes on classes.submission_id = edges.submission_id
  left join {{ ref('stg_scheme_weights') }} as weights
    on weights.submission_id = edges.submission_id and weights.indicator = edges.node and weights.class_id = classes.class_id
),

waiting_1 as (
  select scores.scheme_submission_id as submission_id, scores.class_id, scores.unit_code, scores.indicator as node, scores.score, scores.score_real, needed.last_needed
  from {{ ref('sco_indicator_scores') }} as scores
  inner join needed on needed.submission_id = scores.scheme_submission_id and needed.node = scores.indicator
  where {{ only_changed('scores.period') }}
)

{%- for height in range(1, most_levels + 1) %},

level_{{ height }} as (
  {{ node_level('waiting_' ~ height, height) }}
)
{%- if not loop.last %},

waiting_{{ height + 1 }} as (
  select * from waiting_{{ height }} where last_needed > {{ height }}
  union all
  select submission_id, class_id, unit_code, node, score, score_real, last_needed from level_{{ height }} where last_needed > {{ height }}
)
{%- endif %}
{%- endfor %},

tree as (
  {%- for height in range(1, most_levels + 1) %}
  {% if not loop.first %}union all {% endif %}select * from level_{{ height }}
  {%- endfor %}
)

select tree.submission_id as scheme_submission_id, schemes.province_code, tree.class_id, schemes.period, tree.unit_code, tree.node, tree.height, tree.score, tree.score_real,
  tree.node_status, tree.n_children, tree.n_scored, coalesce(settings.name_zh, tree.node) as node_zh, settings.is_root = 1 as is_root,
  settings.rank_order, settings.rank_decimals
from tree
inner join {{ ref('val_schemes') }} as schemes on schemes.submission_id = tree.submission_id
inner join settings on settings.scheme = tree.submission_id and settings.of_node = tree.node
