-- How much of its scheme each unit is scored on, held against what the scheme asks for: the share of weight with a figure, the dimensions
-- with a score, and how far the weights of the others are stretched where missing weight is handed over. Below the scheme's limits there is no
-- grade and no rank (is_withheld: 暂不定档; sco_withheld says why). A scheme without grades is held only against limits that it writes.
-- Scored is what has a score of its own figure: a mark put in the place of a missing or quarantined one is none. What does not apply to the
-- unit, and what the scheme declares as a gap (数据缺口), is asked of nobody: it leaves the weights and the dimensions. What does not apply
-- still stretches the others; a declared gap does not. Shares and stretches are doubles, rounded to eight places; they decide no score.
with recursive gaps as (
  select distinct submission_id, indicator, class_id from {{ ref('stg_scheme_gaps') }} where {{ only_changed('period') }}
),

cells as (
  select
    scores.unit_code, scores.period, scores.scheme_submission_id, scores.class_id, scores.indicator, scores.dimension_code, scores.score is not null as has_score,
    scores.score is not null and scores.score_status not in ('MISSING', 'HELD', 'QUARANTINED', 'INSUFFICIENT_SAMPLE', 'UNDEFINED', 'NOT_APPLICABLE') as is_scored,
    scores.status = 'NOT_APPLICABLE' as is_inapplicable,
    scores.score is null and exists (
      select 1 from gaps
      where gaps.submission_id = scores.scheme_submission_id and gaps.indicator = scores.indicator and coalesce(gaps.class_id, scores.class_id) = scores.class_id
    ) as is_gap
  from {{ ref('sco_indicator_scores') }} as scores
  where {{ only_changed('scores.period') }}
),

-- the plain form: dimensions and their total
weighed as (
  select
    cells.*, cast(contributions.weight as double) as weight, cast(contributions.effective_weight as double) as effective_weight,
    sum(cast(contributions.weight as double)) over (partition by cells.unit_code, cells.period, cells.dimension_code) as dimension_weight,
    sum(case when is_gap then 0.0 else cast(contributions.weight as double) end) over (partition by cells.unit_code, cells.period, cells.dimension_code) as open_weight,
    sum(cast(contributions.weight as double)) over (partition by cells.unit_code, cells.period) as all_weight
  from cells
  inner join {{ ref('sco_contributions') }} as contributions
    on contributions.unit_code = cells.unit_code and contributions.period = cells.period and contributions.indicator = cells.indicator
  where {{ only_changed('contributions.period') }}
),

opened as (
  select weighed.*, sum(case when open_weight > 0 then weight else 0.0 end) over (partition by unit_code, period) as all_open_weight
  from weighed
),

-- a tree: the share of a child in its parent, and how much more it bears where its siblings have no score
edges as (
  select nodes.submission_id, nodes.node, nodes.parent, coalesce(max(above.missing_policy), 'redistribute') as missing_policy
  from {{ ref('stg_scheme_nodes') }} as nodes
  inner join {{ ref('stg_scheme_nodes') }} as above on above.submission_id = nodes.submission_id and above.node = nodes.parent
  where {{ only_changed('nodes.period') }}
  group by nodes.submission_id, nodes.node, nodes.parent
),

members as (
  select distinct unit_code, period, scheme_submission_id, class_id from cells
),

children as (
  select
    members.unit_code, members.period, members.scheme_submission_id, edges.node, edges.parent, edges.missing_policy,
    abs(coalesce(cast(weights.weight as double), 1.0)) as weight,
    coalesce(cells.has_score, nodes.score is not null) as has_score, coalesce(cells.is_gap, false) as is_gap
  from members
  inner join edges on edges.submission_id = members.scheme_submission_id
  left join {{ ref('stg_scheme_weights') }} as weights
    on weights.submission_id = members.scheme_submission_id and weights.class_id = members.class_id and weights.indicator = edges.node
  left join cells on cells.unit_code = members.unit_code and cells.period = members.period and cells.indicator = edges.node
  left join {{ ref('sco_nodes') }} as nodes
    on nodes.scheme_submission_id = members.scheme_submission_id and nodes.unit_code = members.unit_code and nodes.period = members.period and nodes.node = edges.node
),

branches as (
  select
    children.*,
    weight / nullif(sum(weight) over (partition by unit_code, period, parent), 0) as share,
    case when missing_policy = 'zero' then 1.0 else sum(case when is_gap then 0.0 else weight end) over (partition by unit_code, period, parent)
      / nullif(sum(case when has_score then weight else 0.0 end) over (partition by unit_code, period, parent), 0) end as carried
  from children
),

climbs as (
  select cells.unit_code, cells.period, cells.indicator, branches.node as top, branches.parent as node, coalesce(branches.share, 0.0) as share, coalesce(branches.carried, 0.0) as stretch
  from cells
  inner join branches on branches.unit_code = cells.unit_code and branches.period = cells.period and branches.node = cells.indicator
  union all
  select climbs.unit_code, climbs.period, climbs.indicator, branches.node, branches.parent, climbs.share * coalesce(branches.share, 0.0), climbs.stretch * coalesce(branches.carried, 0.0)
  from climbs
  inner join branches on branches.unit_code = climbs.unit_code and branches.period = climbs.period and branches.node = climbs.node
),

roots as (
  select distinct submission_id, node from {{ ref('stg_scheme_nodes') }} where parent is null and {{ only_changed('period') }}
),

shares as (
  select
    unit_code, period, scheme_submission_id, indicator, dimension_code, is_scored, is_gap, is_gap or is_inapplicable as is_excused, weight as share,
    effective_weight * open_weight * all_open_weight / nullif(weight * dimension_weight * all_weight, 0) as stretch
  from opened
  union all
  select
    cells.unit_code, cells.period, cells.scheme_submission_id, cells.indicator, climbs.top, cells.is_scored, cells.is_gap, cells.is_gap or cells.is_inapplicable,
    climbs.share, climbs.stretch
  from climbs
  inner join cells on cells.unit_code = climbs.unit_code and cells.period = climbs.period and cells.indicator = climbs.indicator
  inner join roots on roots.submission_id = cells.scheme_submission_id and roots.node = climbs.node
),

numbered as (
  select
    shares.*,
    row_number() over (partition by unit_code, period order by case when is_scored then stretch end desc nulls last, indicator, dimension_code) as stretch_place
  from shares
),

covered as (
  select
    unit_code, period, scheme_submission_id,
    round(100.0 * sum(case when is_scored and not is_excused then share else 0.0 end) / nullif(sum(case when is_excused then 0.0 else share end), 0), 8) as weight_scored_pct,
    count(distinct case when not is_excused then dimension_code end) as n_dimensions,
    count(distinct case when is_scored and not is_excused then dimension_code end) as n_dimensions_scored,
    count(distinct case when is_gap then indicator end) as n_gaps,
    round(max(case when is_scored then stretch end), 8) as most_stretch,
    max(case when stretch_place = 1 and is_scored then indicator end) as most_stretched
  from numbered
  group by unit_code, period, scheme_submission_id
),

limited as (
  select
    covered.*,
    case when bands.submission_id is null then schemes.least_weight_scored else coalesce(schemes.least_weight_scored, {{ var('least_weight_scored') }}) end as least_weight_scored,
    case when schemes.least_dimensions_scored < covered.n_dimensions then schemes.least_dimensions_scored
      when bands.submission_id is not null or schemes.least_dimensions_scored is not null then covered.n_dimensions end as least_dimensions_scored,
    case when bands.submission_id is null then schemes.most_weight_stretch else coalesce(schemes.most_weight_stretch, {{ var('most_weight_stretch') }}) end as most_weight_stretch
  from covered
  inner join {{ ref('val_schemes') }} as schemes on schemes.submission_id = covered.scheme_submission_id and schemes.period = covered.period
  left join (select distinct submission_id from {{ ref('stg_scheme_bands') }} where {{ only_changed('period') }}) as bands on bands.submission_id = covered.scheme_submission_id
  where {{ only_changed('schemes.period') }}
),

held as (
  select
    limited.*,
    coalesce(coalesce(weight_scored_pct, 0) < least_weight_scored, false) as lacks_weight,
    coalesce(n_dimensions_scored < least_dimensions_scored, false) as lacks_dimensions,
    coalesce(most_stretch > most_weight_stretch, false) as stretches
  from limited
)

select
  unit_code, period, scheme_submission_id,
  cast(coalesce(weight_scored_pct, 0) as decimal(28, 8)) as weight_scored_pct,
  cast(n_dimensions as integer) as n_dimensions,
  cast(n_dimensions_scored as integer) as n_dimensions_scored,
  cast(n_gaps as integer) as n_gaps,
  cast(most_stretch as decimal(18, 8)) as most_stretch,
  most_stretched,
  least_weight_scored,
  cast(least_dimensions_scored as integer) as least_dimensions_scored,
  most_weight_stretch,
  lacks_weight,
  lacks_dimensions,
  stretches,
  lacks_weight or lacks_dimensions or stretches as is_withheld
from held
