-- A score as a list of steps, one row each with its inputs and its reason (评价有理由). Steps of kind `weight` add up to
-- `dimension`, these to `base`; base + bonus - deduction is what `clamp` takes in; all to the last digit. Bonus, deduction, quota and
-- veto have rows only where the scheme has them. A veto and a quota act on the grade alone.
with units as (
  select sums.*, withheld.reason_zh as withheld_zh, withheld.reason_en as withheld_en
  from {{ ref('sco_sums') }} as sums
  left join {{ ref('sco_withheld') }} as withheld on withheld.unit_code = sums.unit_code and withheld.period = sums.period
  inner join {{ source('raw', 'register_units') }} as names on names.unit_code = sums.unit_code
  where {{ only_changed('sums.period') }}
),

-- units whose scheme knows vetoes and on whom none bears
unscathed as (
  select units.unit_code, units.period
  from units
  left join {{ ref('sco_vetoes') }} as vetoes on vetoes.unit_code = units.unit_code and vetoes.period = units.period
  where vetoes.unit_code is null and units.scheme_submission_id in (select listed.submission_id from {{ ref('stg_scheme_vetoes') }} as listed)
),

indicator_names as (
  select indicator, max(name_zh) as name_zh, max(name_en) as name_en, max(unit) as measure
  from (
    select indicator, name_zh, name_en, unit from {{ source('raw', 'register_indicators') }}
    union all
    select indicator, name_zh, name_en, unit from {{ source('raw', 'register_derived_indicators') }}
  ) as names
  group by indicator
),

scored as (
  select scores.*, names.name_zh, names.name_en, names.measure, contributions.effective_weight, contributions.contribution,
    contributions.dimension_weight, contributions.scored_weight, statuses.reason_zh as status_reason_zh, statuses.reason_en as status_reason_en,
    case when scores.score_status = 'QUARANTINED' then scores.quarantined_policy else scores.missing_policy end as applied_policy
  from {{ ref('sco_indicator_scores') }} as scores
  left join {{ ref('sco_contributions') }} as contributions
    on contributions.unit_code = scores.unit_code and contributions.indicator = scores.indicator and contributions.period = scores.period
  left join indicator_names as names on names.indicator = scores.indicator
  left join {{ ref('score_statuses') }} as statuses on statuses.score_status = scores.score_status
  where {{ only_changed('scores.period') }}
),

dimension_sums as (
  select unit_code, period, dimension_code, max(dimension_zh) as dimension_zh, sum(contribution) as contribution,
    count(*) as n_indicators, count(score) as n_scored, sum(effective_weight) as effective_weight
  from scored
  where contribution is not null
  group by unit_code, period, dimension_code
),

-- a tree of the scheme's own has a step per node, from below upwards
tree_nodes as (
  select unit_code, period, node, node_zh, height, score, node_status, n_scored, n_children
  from {{ ref('sco_nodes') }}
  where {{ only_changed('period') }}
    and scheme_submission_id in (select nodes.submission_id from {{ ref('stg_scheme_nodes') }} as nodes)
),

steps as (
  select unit_code, period, 'gate' as step_kind, dimension_code, indicator, value as input_value, cast(null as decimal(28, 8)) as result,
    {{ gate_reason('zh') }} as reason_zh, {{ gate_reason('en') }} as reason_en,
    status as reason_code, {{ operands({'value': 'value'}) }} as operands
  from scored
  union all
  select unit_code, period, 'indicator', dimension_code, indicator, value, score,
    {{ indicator_reason('zh') }}, {{ indicator_reason('en') }},
    {{ indicator_code() }} as reason_code, {{ operands({'value': 'value', 'base': 'base', 'full_marks': 'full_marks', 'target': 'target', 'satisfactory_value': 'satisfactory_value', 'unacceptable_value': 'unacceptable_value', 'peers': 'n_peers', 'add': 'coalesce(line_add, real_add)', 'times': 'coalesce(line_times, real_times)', 'numerator': 'coalesce(line_numerator, real_numerator)', 'denominator': 'coalesce(line_denominator, real_denominator)', 'unlimited': 'unlimited_score', 'floor': 'score_floor', 'cap': 'score_cap', 'power': 'score_power', 'decimals': 'score_decimals'}) }} as operands
  from scored
  union all
  select unit_code, period, 'weight', dimension_code, indicator, score, contribution,
    {{ weight_reason('zh') }}, {{ weight_reason('en') }},
    case when score is null then 'NOT_SCORED' when effective_weight = weight then 'WEIGHT' else 'WEIGHT_HANDED_OVER' end as reason_code, {{ operands({'score': 'score', 'weight': 'weight', 'effective_weight': 'effective_weight', 'dimension_weight': 'dimension_weight', 'scored_weight': 'scored_weight', 'full_marks': 'full_marks'}) }} as operands
  from scored
  where contribution is not null
  union all
  select unit_code, period, 'node', null, node, cast(n_scored as decimal(28, 8)), score,
    concat(node_zh, '：', n_scored, '/', n_children, ' 项下级得分，', case when score is null then '无得分' else concat('得分 ', {{ plain('score') }}) end),
    concat(node, ': ', n_scored, ' of ', n_children, ' below it scored, ', case when score is null then 'no score' else concat('score ', {{ plain('score') }}) end),
    node_status as reason_code, {{ operands({'scored': 'n_scored', 'children': 'n_children'}) }} as operands
  from tree_nodes
  union all
  select unit_code, period, 'dimension', dimension_code, null, effective_weight, contribution,
    concat(dimension_zh, '：', n_scored, '/', n_indicators, ' 项指标计分，加权得分之和 ', {{ plain('contribution') }}, '（折合权重 ', {{ plain('effective_weight') }}, '）'),
    concat('Dimension ', dimension_code, ': ', n_scored, ' of ', n_indicators, ' indicators scored, contributions add up to ', {{ plain('contribution') }}, ' (effective weight ', {{ plain('effective_weight') }}, ')'),
    'SUM' as reason_code, {{ operands({'scored': 'n_scored', 'indicators': 'n_indicators', 'effective_weight': 'effective_weight'}) }} as operands
  from dimension_sums
  union all
  select unit_code, period, 'base', null, null, cast(n_scored as decimal(28, 8)), total_exact,
    concat('各维度得分之和 ', {{ plain('total_exact') }}),
    concat('Sum of the dimensions: ', {{ plain('total_exact') }}),
    'SUM' as reason_code, {{ operands({'total': 'total_exact'}) }} as operands
  from units
  union all
  select unit_code, period, concat(kind, '_item'), null, adjustment, earned, counted,
    {{ adjustment_item_reason('zh') }}, {{ adjustment_item_reason('en') }},
    case when counted < earned then 'CAPPED' else 'ITEM' end as reason_code, {{ operands({'quantity': 'quantity', 'marks': 'marks', 'earned': 'earned', 'cap': 'cap'}) }} as operands
  from {{ ref('sco_adjustments') }}
  where kind in ('bonus', 'deduction') and {{ only_changed('period') }}
  union all
  select unit_code, period, 'bonus', null, null, bonus_earned, bonus,
    {{ adjustment_reason('bonus', 'zh') }}, {{ adjustment_reason('bonus', 'en') }},
    case when bonus_earned = 0 then 'NONE' when bonus < bonus_earned then 'CAPPED' else 'SUM' end as reason_code, {{ operands({'earned': 'bonus_earned', 'cap': 'bonus_cap'}) }} as operands
  from units
  where bonus is not null
  union all
  select unit_code, period, 'deduction', null, null, deduction_earned, -deduction,
    {{ adjustment_reason('deduction', 'zh') }}, {{ adjustment_reason('deduction', 'en') }},
    case when deduction_earned = 0 then 'NONE' when deduction < deduction_earned then 'CAPPED' else 'SUM' end as reason_code, {{ operands({'earned': 'deduction_earned', 'cap': 'deduction_cap'}) }} as operands
  from units
  where deduction is not null
  union all
  select unit_code, period, 'clamp', null, null, total_adjusted, total_clamped,
    {{ clamp_reason('zh') }}, {{ clamp_reason('en') }},
    case when total_clamped > total_adjusted then 'FLOORED' when total_clamped < total_adjusted then 'CAPPED' when total_floor is null and total_cap is null then 'UNBOUNDED' else 'WITHIN' end as reason_code, {{ operands({'total': 'total_adjusted', 'floor': 'total_floor', 'cap': 'total_cap'}) }} as operands
  from units
  union all
  select unit_code, period, 'rounding', null, null, total_clamped, total_published,
    concat('按方案四舍五入公布为 ', {{ plain('total_published') }}),
    concat('Published, rounded half-up: ', {{ plain('total_published') }}),
    'HALF_UP' as reason_code, {{ operands({'total': 'total_clamped'}) }} as operands
  from units
  union all
  select unit_code, period, 'grade', null, null, total_graded, band_lower,
    {{ grade_reason('zh') }}, {{ grade_reason('en') }},
    case when withheld_zh is not null then 'WITHHELD' when total_graded is null then 'NO_SCORE' when earned_grade_code is null then 'NO_BAND' else 'BAND' end as reason_code, {{ operands({'total': 'total_graded', 'lower': 'band_lower', 'upper': 'band_upper', 'rank': 'rank_in_class', 'units': 'n_in_class'}) }} as operands
  from units
  union all
  select unit_code, period, 'quota', null, null, cast(places as decimal(28, 8)), cast(place as decimal(28, 8)),
    concat(said_zh, case when grade_zh is null then '没有等次' else concat('定为“', grade_zh, '”') end),
    concat(said_en, case when grade_code is null then 'no grade' else concat('grade ', grade_code) end),
    case when grade_code is null then 'NO_GRADE' else 'PLACES' end as reason_code, {{ operands({'places': 'places', 'place': 'place'}) }} as operands
  from {{ ref('sco_quotas') }}
  where {{ only_changed('period') }}
  union all
  select unit_code, period, 'veto', null, veto, value, target,
    {{ veto_reason('zh') }}, {{ veto_reason('en') }},
    upper(effect) as reason_code, {{ operands({'value': 'value', 'target': 'target'}) }} as operands
  from {{ ref('sco_vetoes') }}
  where {{ only_changed('period') }}
  union all
  select unit_code, period, 'veto', null, null, null, null, '没有一票否决事项', 'No veto applies',
    'NONE' as reason_code, '{}' as operands
  from unscathed
  union all
  select unit_code, period, 'publish', null, null, total_clamped, total_published,
    concat('公布：', {{ plain('total_published') }}, ' 分', case when grade_zh is null then '，没有等次' else concat('，“', grade_zh, '”') end, case when claw_back then '，追回已得奖励' else '' end),
    concat('Published: ', {{ plain('total_published') }}, case when grade_code is null then ', no grade' else concat(', grade ', grade_code) end, case when claw_back then ', awards taken back' else '' end),
    'PUBLISHED' as reason_code, {{ operands({'total': 'total_clamped'}) }} as operands
  from {{ ref('sco_totals') }}
  where {{ only_changed('period') }}
)

select
  steps.unit_code,
  steps.period,
  cast(row_number() over (
    partition by steps.unit_code, steps.period
    order by case when steps.dimension_code is null then 1 else 0 end, steps.dimension_code,
      case when steps.dimension_code is null then kinds.sort_order when steps.step_kind = 'dimension' then 1 else 0 end,
      steps.indicator, kinds.sort_order, steps.reason_zh
  ) as integer) as step_no,
  steps.step_kind,
  kinds.step_zh,
  kinds.step_en,
  steps.dimension_code,
  steps.indicator,
  steps.input_value,
  cast(steps.result as decimal(28, 8)) as result,
  steps.reason_code,
  steps.operands,
  steps.reason_zh,
  steps.reason_en
from steps
inner join {{ ref('step_kinds') }} as kinds on kinds.step_kind = steps.step_kind
