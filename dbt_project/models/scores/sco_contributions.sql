-- What each indicator adds to the total. Indicators without a score leave numerator and denominator: their weight goes to
-- the others of the same dimension, a dimension without any score to the other dimensions, in proportion. Eight places.
with dimensions as (
  select
    unit_code, period, dimension_code,
    sum(weight) as dimension_weight,
    sum(case when score is not null then weight else 0 end) as scored_weight
  from {{ ref('sco_indicator_scores') }}
  where {{ only_changed('period') }}
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
  from {{ ref('sco_indicator_scores') }} as scores
  inner join dimensions
    on dimensions.unit_code = scores.unit_code and dimensions.period = scores.period
    and dimensions.dimension_code = scores.dimension_code
  inner join totals on totals.unit_code = scores.unit_code and totals.period = scores.period
  where {{ only_changed('scores.period') }}
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
