-- What one more grade would take: for every unit below the best band and each of its indicators, the value that alone would lift it there.
-- The published scoring turned round, peers' figures as they are; a value that passes the best or leaves the worst of the peers moves
-- their reference, and everybody's score with it. Arithmetic, no target. Written anew each night.
{{ config(materialized='table') }}
with ways as (
  select
    unit_code, period, item as indicator,
    max(case when statistic = 'way_score' then note end) as reach_code,
    {{ drawn('way_score') }} as score_needed, {{ drawn('way_value') }} as value_needed,
    max(case when statistic = 'way_value' and note = 'MOVES' then 1 else 0 end) = 1 as moves_reference
  from {{ ref('draw_statistics') }}
  where statistic in ('way_score', 'way_value')
  group by unit_code, period, item
),

edges as (
  select unit_code, period, max(item) as next_grade_code, {{ drawn('next_total') }} as total_needed, {{ drawn('lacking') }} as lacking
  from {{ ref('draw_statistics') }}
  where statistic in ('next_total', 'lacking')
  group by unit_code, period
),

joined as (
  select
    ways.*, edges.next_grade_code, bands.grade_zh as next_grade_zh, bands.lower as band_lower, bands.lower_inclusive as band_lower_inclusive,
    edges.total_needed, edges.lacking, totals.total_published, totals.total_clamped, totals.grade_code, totals.grade_zh,
    scores.dimension_zh, scores.method, scores.direction, scores.value, scores.score, scores.weight, indicators.name_zh, coalesce(register.name_en, derived.name_en, ways.indicator) as name_en
  from ways
  inner join edges on edges.unit_code = ways.unit_code and edges.period = ways.period
  inner join {{ ref('sco_totals') }} as totals on totals.unit_code = ways.unit_code and totals.period = ways.period
  inner join {{ ref('sco_indicator_scores') }} as scores
    on scores.unit_code = ways.unit_code and scores.indicator = ways.indicator and scores.period = ways.period
  inner join {{ ref('stg_scheme_indicators') }} as indicators
    on indicators.submission_id = totals.scheme_submission_id and indicators.indicator = ways.indicator
  left join {{ ref('stg_scheme_bands') }} as bands
    on bands.submission_id = totals.scheme_submission_id and bands.grade_code = edges.next_grade_code
  left join {{ source('raw', 'register_indicators') }} as register on register.indicator = ways.indicator
  left join (select indicator, min(name_en) as name_en from {{ source('raw', 'register_derived_indicators') }} group by indicator) as derived on derived.indicator = ways.indicator
)

select
  unit_code,
  indicator,
  period,
  grade_code,
  grade_zh,
  next_grade_code,
  next_grade_zh,
  band_lower,
  band_lower_inclusive,
  total_clamped as total,
  total_needed,
  lacking,
  dimension_zh,
  weight,
  score,
  score_needed,
  value,
  value_needed,
  cast(value_needed - value as decimal(28, 8)) as value_change,
  reach_code,
  moves_reference,
  concat(name_zh, case reach_code
    when 'REACHES' then concat('：数值由 ', {{ plain('round(value, 4)') }}, ' 达到约 ', {{ plain('round(value_needed, 4)') }}, '，该项得分由 ', {{ plain('round(score, 4)') }}, ' 升至 ', {{ plain('round(score_needed, 4)') }}, '，即可达到“', next_grade_zh, '”', case when moves_reference then '；同类参照随之变动' else '' end)
    when 'FULL_MARKS' then concat('：该项即使得最高分也达不到“', next_grade_zh, '”')
    when 'BOUNDS' then '：所需数值超出该指标可能的范围'
    when 'NO_FIGURE' then '：没有可用数值，须先报送'
    else '：数值经方案预先处理或由多项合成，或计分方法不能反推，未作推算' end) as why_zh,
  concat(name_en, case reach_code
    when 'REACHES' then concat(': from ', {{ plain('round(value, 4)') }}, ' to about ', {{ plain('round(value_needed, 4)') }}, ', its score from ', {{ plain('round(score, 4)') }}, ' to ', {{ plain('round(score_needed, 4)') }}, ', gives grade ', next_grade_code, case when moves_reference then '; the reference of its peers moves with it' else '' end)
    when 'FULL_MARKS' then concat(': not enough alone for grade ', next_grade_code, ', even with the best score it can have')
    when 'BOUNDS' then ': the value it would take is beyond what is possible'
    when 'NO_FIGURE' then ': no usable figure; one would have to be reported first'
    else ': prepared or composed by the scheme, or by a method that cannot be turned round; not computed' end) as why_en
from joined
