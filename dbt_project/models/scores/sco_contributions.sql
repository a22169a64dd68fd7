-- What each indicator adds to the total. Indicators without a score leave numerator and denominator: their weight goes to
-- the others of the same dimension, a dimension without any score to the other dimensions, in proportion. Only schemes of the plain form
-- (dimensions and their total): where a scheme has a tree of its own, see sco_nodes.
-- A total is one sum of exact quotients and rounded once: `contribution_e20` is in units of 10^-20; `contribution` has eight places and is what the
-- rounded running sum gains, so that contributions add up to dimensions and total to the last digit.
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

-- whole numbers: weights in ten-thousandths, marks in hundred-millionths
whole as (
  select
    scores.unit_code, scores.indicator, scores.period, scores.dimension_code, scores.dimension_zh, scores.score, scores.full_marks, scores.weight,
    dimensions.dimension_weight, dimensions.scored_weight, totals.scored_dimension_weight,
    {{ percent_of('scores.weight', 'dimensions.dimension_weight') }} as share_top,
    {{ whole_weight('dimensions.scored_weight') }} * {{ whole_weight('totals.scored_dimension_weight') }} as share_bottom,
    {{ whole_number('scores.score', 'decimal(15, 8)') }} as whole_score,
    {{ whole_number('scores.full_marks', 'decimal(15, 8)') }} as whole_marks
  from flat_scores as scores
  inner join dimensions
    on dimensions.unit_code = scores.unit_code and dimensions.period = scores.period
    and dimensions.dimension_code = scores.dimension_code
  inner join totals on totals.unit_code = scores.unit_code and totals.period = scores.period
),

-- in lowest terms, which leaves room for the digits of the quotient
reduced as (
  select
    whole.*,
    share_top // gcd(share_top, share_bottom) as top, share_bottom // gcd(share_top, share_bottom) as bottom,
    whole_score // gcd(whole_score, whole_marks) as score_top, whole_marks // gcd(whole_score, whole_marks) as score_bottom
  from whole
),

divided as (
  select
    reduced.*,
    case when score is not null and bottom > 0 then abs(score_top) * top // (score_bottom * bottom) end as digits_0,
    case when score is not null and bottom > 0 then abs(score_top) * top % (score_bottom * bottom) end as rest_0
  from reduced
),

further as (
  select divided.*, {{ next_digits('rest_0', '(score_bottom * bottom)') }} as digits_1, {{ rest_after('rest_0', '(score_bottom * bottom)') }} as rest_1
  from divided
),

wide as (
  select
    further.*,
    coalesce(sign(score_top) * {{ wide_of_digits('digits_0', 'digits_1', 'rest_1', '(score_bottom * bottom)') }}, 0) as contribution_e20
  from further
),

running as (
  select
    wide.*,
    sum(contribution_e20) over (partition by unit_code, period order by dimension_code, indicator rows between unbounded preceding and current row) as running_e20
  from wide
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
  scored_dimension_weight,
  case
    when score is null or share_bottom = 0 then cast(0 as decimal(28, 8))
    else {{ exact_div('cast(top as decimal(28, 0))', 'cast(bottom as decimal(28, 0))', 8) }}
  end as effective_weight,
  contribution_e20,
  cast({{ wide_to_exact('running_e20') }} - {{ wide_to_exact('(running_e20 - contribution_e20)') }} as decimal(28, 8)) as contribution
from running
