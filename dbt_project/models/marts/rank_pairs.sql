-- Which pairs of a class no weighting can reverse: the unit ranked ahead, the one behind it, and how far weights may move first.
-- With d the difference of the two scores in an indicator and w its weight, the lead is sum(w d). Any weights: no d is below 0. Every
-- weight free within a share t of itself: the lead is least where each weight moves against it, sum(w d) - t sum(w |d|), so it lasts up to
-- t = sum(w d) / sum(w |d|). Exact where both units are scored in the same indicators and none is lacking; otherwise only the first is proven,
-- from the scores alone, and told where it holds. Bonus and deduction are not looked at.
{% set spread = assumed('weights', 'spread') %}
with scored as (
  select
    scores.unit_code, scores.period, scores.indicator, scores.scheme_submission_id, scores.class_id, scores.class_zh,
    cast(scores.score as decimal(14, 8)) as score, cast(scores.weight as decimal(12, 4)) as weight, scores.full_marks,
    totals.total_clamped, totals.total_published, totals.rank_in_class
  from {{ ref('sco_indicator_scores') }} as scores
  inner join {{ ref('sco_totals') }} as totals on totals.unit_code = scores.unit_code and totals.period = scores.period
  where {{ only_changed('scores.period') }}
),

-- trees in which a better score below may mean a worse one above, or in which less is better
turning as (
  select distinct submission_id
  from {{ ref('stg_scheme_nodes') }}
  where aggregation in ('sum', 'product') or factor < 0 or score_power < 0 or rank_order = 'asc'
),

trees as (
  select distinct submission_id from {{ ref('stg_scheme_nodes') }}
),

compared as (
  select
    ahead.unit_code, behind.unit_code as behind_unit_code, ahead.period, ahead.scheme_submission_id, max(ahead.class_id) as class_id, max(ahead.class_zh) as class_zh,
    max(ahead.total_published) - max(behind.total_published) as lead,
    count(*) as n_indicators,
    sum(case when ahead.score > behind.score then 1 else 0 end) as n_better,
    sum(case when ahead.score < behind.score then 1 else 0 end) as n_worse,
    sum(case when ahead.score is null and behind.score is null then 1 else 0 end) as n_neither,
    sum(case when (ahead.score is null) <> (behind.score is null) then 1 else 0 end) as n_unlike,
    min(cast({{ exact_div('ahead.score', 'ahead.full_marks', 8) }} as decimal(28, 8))) as least_ahead,
    max(cast({{ exact_div('behind.score', 'behind.full_marks', 8) }} as decimal(28, 8))) as most_behind,
    cast(sum(ahead.weight * cast({{ exact_div('ahead.score - behind.score', 'ahead.full_marks', 8) }} as decimal(14, 8))) as decimal(28, 8)) as weighted,
    cast(sum(ahead.weight * abs(cast({{ exact_div('ahead.score - behind.score', 'ahead.full_marks', 8) }} as decimal(14, 8)))) as decimal(28, 8)) as at_stake
  from scored as ahead
  inner join scored as behind
    on behind.scheme_submission_id = ahead.scheme_submission_id and behind.period = ahead.period and behind.class_id = ahead.class_id and behind.indicator = ahead.indicator
    and (behind.rank_in_class > ahead.rank_in_class or (behind.rank_in_class = ahead.rank_in_class and behind.unit_code > ahead.unit_code))
  group by ahead.unit_code, behind.unit_code, ahead.period, ahead.scheme_submission_id
),

measured as (
  select
    compared.*,
    trees.submission_id is null and n_unlike = 0 and n_neither = 0 as is_exact,
    case
      when n_worse = 0 and n_unlike = 0 and n_neither < n_indicators and turning.submission_id is null then true
      when trees.submission_id is null and n_unlike > 0 and least_ahead >= most_behind then true
      else false
    end as is_dominant,
    case when trees.submission_id is null and n_unlike = 0 and n_neither = 0 and n_worse > 0 then {{ exact_div('weighted * 100', 'at_stake', 4) }} end as reverses_at,
    cast({{ spread }} * 100 as decimal(9, 4)) as spread_percent
  from compared
  left join trees on trees.submission_id = compared.scheme_submission_id
  left join turning on turning.submission_id = compared.scheme_submission_id
),

judged as (
  select
    measured.*,
    case when is_dominant then 'ANY_WEIGHTS' when not is_exact then 'NOT_PROVEN' when reverses_at > spread_percent then 'WITHIN_SPREAD' else 'REVERSIBLE' end as verdict_code
  from measured
)

select
  unit_code,
  behind_unit_code,
  period,
  class_id,
  class_zh,
  cast(lead as decimal(9, 4)) as lead,
  cast(n_indicators as integer) as n_indicators,
  cast(n_better as integer) as n_better,
  cast(n_worse as integer) as n_worse,
  cast(n_unlike + n_neither as integer) as n_lacking,
  verdict_code,
  cast(reverses_at as decimal(9, 4)) as reverses_at_percent,
  spread_percent,
  case verdict_code
    when 'ANY_WEIGHTS' then '每个指标都不低于对方：任何权重都不能使名次颠倒'
    when 'WITHIN_SPREAD' then concat('权重各自变动不到 ', {{ plain('reverses_at') }}, '% 时名次不会颠倒，设定的变动为 ', {{ plain('spread_percent') }}, '%')
    when 'REVERSIBLE' then concat('权重变动 ', {{ plain('reverses_at') }}, '% 即可能颠倒')
    else '两单位缺项不同或方案为多级，未证明'
  end as why_zh,
  case verdict_code
    when 'ANY_WEIGHTS' then 'Behind in no indicator: no weighting can turn the order round'
    when 'WITHIN_SPREAD' then concat('The order holds while no weight moves by ', {{ plain('reverses_at') }}, ' % of itself; declared is ', {{ plain('spread_percent') }}, ' %')
    when 'REVERSIBLE' then concat('Some weighting within ', {{ plain('reverses_at') }}, ' % of each weight turns the order round')
    else 'Different or lacking scores, or a scheme of more levels: not proven'
  end as why_en
from judged
