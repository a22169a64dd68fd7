-- Which pairs of a class no weighting can reverse: the unit ranked ahead, the one behind it, and how far weights may move first.
-- With d the difference of the two scores in an indicator and w its weight, the lead is sum(w d). Any weights: no d is below 0. Every
-- weight free within a share t of itself: the lead is least where each weight moves against it, sum(w d) - t sum(w |d|), so it lasts up to
-- t = sum(w d) / sum(w |d|): exact where no score is lacking. Otherwise bounds are published where they prove something, and nothing
-- elsewhere. In a scheme of more levels only the first is looked at. Bonus and deduction are not.
{% set spread = assumed('weights', 'spread') %}
with scored as (
  select
    scores.unit_code, scores.period, scores.indicator, scores.scheme_submission_id, scores.class_id, scores.class_zh,
    scores.dimension_code, cast({{ exact_div('scores.score', 'scores.full_marks', 8) }} as decimal(14, 8)) as share, cast(scores.weight as decimal(12, 4)) as weight,
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

-- one row per indicator and pair; `middle` lies half way between the two totals, as a share of full marks
pairs as (
  select
    ahead.unit_code, behind.unit_code as behind_unit_code, ahead.period, ahead.scheme_submission_id, ahead.class_id, ahead.class_zh, ahead.dimension_code, ahead.weight,
    ahead.share as ahead_share, behind.share as behind_share, ahead.total_published - behind.total_published as lead,
    cast((ahead.total_clamped + behind.total_clamped) / 2 as double) / 100 as middle
  from scored as ahead
  inner join scored as behind
    on behind.scheme_submission_id = ahead.scheme_submission_id and behind.period = ahead.period and behind.class_id = ahead.class_id and behind.indicator = ahead.indicator
    and (behind.rank_in_class > ahead.rank_in_class or (behind.rank_in_class = ahead.rank_in_class and behind.unit_code > ahead.unit_code))
),

-- Where scores are lacking: the one above a middle mark c and the other below it, whatever the weights, is proof enough. Within a
-- dimension the scored weights W bear for the lacking ones V: (1 + V / W) sum(w (s - c)), least where each weight moves against it.
dimensions as (
  select
    unit_code, behind_unit_code, period, scheme_submission_id, max(class_id) as class_id, max(class_zh) as class_zh, max(lead) as lead,
    count(*) as n_indicators,
    sum(case when ahead_share > behind_share then 1 else 0 end) as n_better,
    sum(case when ahead_share < behind_share then 1 else 0 end) as n_worse,
    sum(case when ahead_share is null and behind_share is null then 1 else 0 end) as n_neither,
    sum(case when (ahead_share is null) <> (behind_share is null) then 1 else 0 end) as n_unlike,
    min(ahead_share) as least_ahead, max(behind_share) as most_behind,
    sum(weight * (ahead_share - behind_share)) as weighted, sum(weight * abs(ahead_share - behind_share)) as at_stake,
    {%- for side, sign in (('ahead', 1), ('behind', -1)) %}
    sum(cast(weight as double) * {{ sign }} * (cast({{ side }}_share as double) - middle)) - {{ spread }} * sum(cast(weight as double) * abs(cast({{ side }}_share as double) - middle)) as {{ side }}_least,
    sum(case when {{ side }}_share is null then cast(weight as double) else 0 end) / nullif(sum(case when {{ side }}_share is not null then cast(weight as double) else 0 end), 0) as {{ side }}_borne,
    {%- endfor %}
    max({{ spread }}) as spread
  from pairs
  group by unit_code, behind_unit_code, period, scheme_submission_id, dimension_code
),

compared as (
  select
    unit_code, behind_unit_code, period, scheme_submission_id, max(class_id) as class_id, max(class_zh) as class_zh, max(lead) as lead,
    sum(n_indicators) as n_indicators, sum(n_better) as n_better, sum(n_worse) as n_worse, sum(n_neither) as n_neither, sum(n_unlike) as n_unlike,
    min(least_ahead) as least_ahead, max(most_behind) as most_behind, max(spread) as spread,
    {%- for side in ('ahead', 'behind') %}
    round(sum({{ side }}_least * (1 + {{ side }}_borne * case when {{ side }}_least >= 0 then (1 - spread) / (1 + spread) else (1 + spread) / (1 - spread) end)), 9) > 0 as {{ side }}_is_clear,
    {%- endfor %}
    cast(sum(weighted) as decimal(28, 8)) as weighted, cast(sum(at_stake) as decimal(28, 8)) as at_stake
  from dimensions
  group by unit_code, behind_unit_code, period, scheme_submission_id
),

measured as (
  select
    compared.*,
    trees.submission_id is null as is_plain,
    case
      when n_worse = 0 and n_unlike = 0 and n_neither < n_indicators and turning.submission_id is null then true
      when trees.submission_id is null and n_unlike > 0 and least_ahead >= most_behind then true
      else false
    end as is_dominant,
    case when trees.submission_id is null and n_unlike = 0 and n_neither = 0 and n_worse > 0 then {{ exact_div('weighted * 100', 'at_stake', 4) }} end as reverses_at,
    cast(spread * 100 as decimal(9, 4)) as spread_percent
  from compared
  left join trees on trees.submission_id = compared.scheme_submission_id
  left join turning on turning.submission_id = compared.scheme_submission_id
),

judged as (
  select
    measured.*,
    cast(floor(reverses_at * 10) / 10 as decimal(9, 1)) as floor_percent, cast(ceil(reverses_at * 10) / 10 as decimal(9, 1)) as ceil_percent,
    case
      when is_dominant then 'ANY_WEIGHTS'
      when reverses_at > spread_percent or (is_plain and reverses_at is null and ahead_is_clear and behind_is_clear) then 'WITHIN_SPREAD'
      when reverses_at is not null then 'REVERSIBLE'
      else 'NOT_PROVEN'
    end as verdict_code
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
    when 'ANY_WEIGHTS' then '各项指标均不低于对方，任何权重都不会使名次颠倒'
    when 'WITHIN_SPREAD' then concat('权重各自变动 ', {{ plain('spread_percent') }}, '% 以内，名次不会颠倒', case when reverses_at is null then '（有缺项，按上下界证明）' else concat('，至 ', {{ plain('floor_percent') }}, '% 亦然') end)
    when 'REVERSIBLE' then concat('权重各自变动 ', {{ plain('ceil_percent') }}, '% 时，名次可能颠倒')
    else '两单位缺项不同或方案为多级，未能证明'
  end as why_zh,
  case verdict_code
    when 'ANY_WEIGHTS' then 'Behind in no indicator: no weighting can turn the order round'
    when 'WITHIN_SPREAD' then concat('The order holds while no weight moves by more than ', {{ plain('spread_percent') }}, ' % of itself', case when reverses_at is null then ' (scores are lacking: proven by bounds)' else concat(', and up to ', {{ plain('floor_percent') }}, ' %') end)
    when 'REVERSIBLE' then concat('Some weighting within ', {{ plain('ceil_percent') }}, ' % of each weight turns the order round')
    else 'Different or lacking scores, or a scheme of more levels: not proven'
  end as why_en
from judged
