-- How stable a grade is (档次稳定度): each unit's score and rank as intervals, the share of draws that keep its grade, and what drives it.
-- From draw_statistics: the same scoring under other weights, methods, figures in doubt and policies for missing figures, all
-- declared in the seed stability_assumptions. The change on last year is computed under the same draw in both years, and only where
-- the two years compare. A unit without a grade (暂不定档) has no row. Nothing here changes a score. Written anew each night: suspicions reach every period.
{{ config(materialized='table') }}
with drawn as (
  select
    unit_code, period,
    {{ drawn('score_low', 'decimal(9, 4)') }} as score_low, {{ drawn('score_high', 'decimal(9, 4)') }} as score_high,
    {{ drawn('rank_low', 'integer') }} as rank_low, {{ drawn('rank_high', 'integer') }} as rank_high,
    max(case when statistic = 'stability' then item end) as band_code, {{ drawn('stability', 'decimal(9, 4)') }} as stability,
    {{ drawn('varied', 'integer', 'weights') }} as n_weights, {{ drawn('varied', 'integer', 'methods') }} as n_methods,
    {{ drawn('varied', 'integer', 'suspicions') }} as n_suspicions, {{ drawn('varied', 'integer', 'missing') }} as n_missing,
    {{ drawn('own_suspicions', 'integer') }} as n_own_suspicions, {{ drawn('held_points', 'decimal(9, 4)') }} as held_points,
    {{ drawn('change_low', 'decimal(9, 4)') }} as change_low, {{ drawn('change_high', 'decimal(9, 4)') }} as change_high,
    {{ drawn('change_up', 'decimal(9, 4)') }} as change_up, {{ drawn('change_down', 'decimal(9, 4)') }} as change_down
  from {{ ref('draw_statistics') }}
  group by unit_code, period
  having count(case when statistic = 'stability' then 1 end) > 0  -- a unit whose grade is withheld has none
),

shares as (
  select
    drawn.unit_code, drawn.period, string_agg(concat(drawn.item, ' ', {{ plain('cast(drawn.value as decimal(9, 4))') }}), ' ' order by drawn.item) as grade_shares,
    string_agg(concat(coalesce(bands.grade_zh, drawn.item), ' ', {{ plain('cast(drawn.value * 100 as decimal(9, 2))') }}, '%'), '、' order by drawn.item) as shares_zh
  from {{ ref('draw_statistics') }} as drawn
  inner join {{ ref('sco_totals') }} as totals on totals.unit_code = drawn.unit_code and totals.period = drawn.period
  left join {{ ref('stg_scheme_bands') }} as bands on bands.submission_id = totals.scheme_submission_id and bands.grade_code = drawn.item
  where drawn.statistic = 'grade_share' and drawn.value > 0
  group by drawn.unit_code, drawn.period
),

-- the grade is what people ask about: its driver where it varies enough to be measured, else the score's
driving as (
  select unit_code, period, item as driver, case when statistic = 'grade_total' then 'grade' else 'score' end as driver_of, cast(value as decimal(9, 4)) as driver_share,
    row_number() over (partition by unit_code, period order by case when statistic = 'grade_total' then 0 else 1 end, value desc, item) as preference
  from {{ ref('draw_statistics') }}
  where statistic in ('grade_total', 'score_total') and value > 0
),

joined as (
  select
    drawn.*, drawn.stability = 1 and drawn.score_low = drawn.score_high as is_constant, shares.grade_shares, shares.shares_zh, driving.driver, driving.driver_of, driving.driver_share,
    totals.class_id, totals.class_zh, totals.total_published, totals.rank_in_class, totals.n_in_class, totals.grade_code, totals.grade_zh,
    units.name_zh as unit_zh, years.score_change, years.comparability_code, years.comparability_zh, years.comparability_en, years.comparability_code = 'OK' as is_comparable,
    cast(2 * {{ assumed('draws', 'count') }} as integer) as n_draws, cast({{ assumed('draws', 'seed') }} as integer) as seed,
    cast({{ assumed('interval', 'low') }} as decimal(9, 4)) as low_quantile, cast({{ assumed('interval', 'high') }} as decimal(9, 4)) as high_quantile,
    cast({{ assumed('weights', 'spread') }} as decimal(9, 4)) as weight_spread
  from drawn
  inner join {{ ref('sco_totals') }} as totals on totals.unit_code = drawn.unit_code and totals.period = drawn.period
  inner join {{ source('raw', 'register_units') }} as units on units.unit_code = drawn.unit_code
  inner join {{ ref('score_year_on_year') }} as years on years.unit_code = drawn.unit_code and years.period = drawn.period
  left join shares on shares.unit_code = drawn.unit_code and shares.period = drawn.period
  left join driving on driving.unit_code = drawn.unit_code and driving.period = drawn.period and driving.preference = 1
)

select
  unit_code,
  unit_zh,
  period,
  class_id,
  class_zh,
  total_published as score,
  score_low,
  score_high,
  rank_in_class,
  rank_low,
  rank_high,
  grade_code,
  grade_zh,
  stability,
  grade_shares,
  driver,
  driver_of,
  driver_share,
  n_weights,
  n_methods,
  n_suspicions,
  n_own_suspicions,
  n_missing,
  weight_spread,
  held_points,
  n_draws,
  seed,
  low_quantile,
  high_quantile,
  comparability_code,
  score_change,
  case when is_comparable then change_low end as change_low,
  case when is_comparable then change_high end as change_high,
  case when is_comparable then change_up end as change_up,
  case when is_comparable then change_down end as change_down,
  concat(
    '档次稳定度 ', {{ plain('stability') }}, '：', {{ plain('n_draws') }}, ' 次抽样中，得分 ', {{ plain('score_low') }}, ' 至 ', {{ plain('score_high') }}, '、名次 ', cast(rank_low as varchar), ' 至 ', cast(rank_high as varchar), '（',
    {{ plain('low_quantile * 100') }}, '% 至 ', {{ plain('high_quantile * 100') }}, '% 分位），各等次占比为', shares_zh,
    case when driver is null and is_constant then '；各种假设下均不变' when driver is null then '；变动太小，无法判断影响因素' else concat('；', case driver_of when 'grade' then '定档' else '得分' end, '的主要影响来自', {{ assumption_name('driver', 'zh') }}, '（总指数 ', {{ plain('driver_share') }}, '）') end,
    case when band_code is distinct from grade_code then '；公布等次另由分数线以外的规则决定，此处只按分数线计算' else '' end) as why_zh,
  concat(
    'Grade stability ', {{ plain('stability') }}, ': in ', {{ plain('n_draws') }}, ' draws score ', {{ plain('score_low') }}, ' to ', {{ plain('score_high') }}, ', rank ', cast(rank_low as varchar), ' to ', cast(rank_high as varchar), ' (quantiles ',
    {{ plain('low_quantile * 100') }}, '-', {{ plain('high_quantile * 100') }}, ' %), grades ', grade_shares,
    case when driver is null and is_constant then '; the same under every assumption' when driver is null then '; it varies too little to tell what drives it' else concat('; the ', driver_of, ' depends most on ', {{ assumption_name('driver', 'en') }}, ' (total index ', {{ plain('driver_share') }}, ')') end,
    case when band_code is distinct from grade_code then '; the published grade follows from a rule beyond the bands, which alone are looked at here' else '' end) as why_en
from joined
