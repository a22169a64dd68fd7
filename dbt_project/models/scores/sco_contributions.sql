-- What each indicator adds to the total. Indicators without a score leave numerator and denominator: their weight goes to
-- the others of the same dimension, a dimension without any score to the other dimensions, in proportion. Eight places.
-- Only schemes of the plain form (dimensions and their total): where a scheme has a tree of its own, see sco_nodes.
with flat_scores as (
  select *
  from {{ ref('sco_indicator_scores') }}
  where {{ only_changed('period') }} and scheme_submission_id not in (select nodes.submission_id from {{ ref('stg_scheme_nodes') }} as nodes)
),

dimensions as (
  select
    unit_code, period, dimension_code,
    sum(weight) as dimension_weight,
    sum(case when score is not null then weight else 0 end) as scored_weight
  from flat_scores
  group by unit_code, period, dimension_code
),

totals as (
  select unit_code, period, sum(case when scored_weight > 0 then dimension_weight else 0 end) as scored_dimension_weight
  from dimensions
  group by unit_code, period
),

effective as (
  select
    scores.*,
    dimensions.dimension_weight,
    dimensions.scored_weight,
    case
      when scores.score is null then cast(0 as decimal(28, 8))
      else {{ exact_div('cast(scores.weight as decimal(12, 4)) * cast(dimensions.dimension_weight as decimal(12, 4)) * 100',
                        'cast(dimensions.scored_weight as decimal(12, 4)) * cast(totals.scored_dimension_weight as decimal(12, 4))', 8) }}
    end as effective_weight
  from flat_scores as scores
  inner join dimensions
    on dimensions.unit_code = scores.unit_code and dimensions.period = scores.period
    and dimensions.dimension_code = scores.dimension_code
  inner join totals on totals.unit_code = scores.unit_code and totals.period = scores.period
)

select
  unit_code,
  indicator,
  period,
  dimension_code,
  dimension_zh,
  score,
  full_marks,
  weight,
  dimension_weight,
  scored_weight,
  effective_weight,
  case
    when score is null then cast(0 as decimal(28, 8))
    else {{ exact_div('round(score * cast(effective_weight as decimal(20, 8)), 8)', 'full_marks', 8) }}
  end as contribution
from effective
