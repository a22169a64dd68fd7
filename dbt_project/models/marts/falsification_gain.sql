-- What the open suspicions would be worth: each unit's score and rank as published, and with every suspected figure replaced by
-- what it probably should be (left out of the indicator where no figure can be named). Second pass in doubles over the two methods that can be computed
-- without the scheme's other parameters; by another method a suspected figure is left out.
-- Only suspicions beyond chance count (score 1.5). The first pass is the published one; nothing here changes a score.
-- A gain is arithmetic, no finding: it says where verification matters most.
{{ config(materialized='table') }}
{% set beyond_chance = 1.5 %}
with suspected as (
  select unit_code, indicator, period, suggested, row_number() over (partition by unit_code, indicator, period order by rank) as preference
  from {{ ref('findings') }}
  where suppressed_by is null and score >= {{ beyond_chance }} and level <> 'column'
),

replaced as (
  select
    vals.unit_code, vals.indicator, vals.period,
    top.unit_code is not null or bottom.unit_code is not null as is_suspected,
    case when top.unit_code is not null then top.suggested else vals.numerator_value end as numerator_value,
    case when bottom.unit_code is not null then bottom.suggested else vals.denominator_value end as denominator_value,
    vals.denominator, vals.factor
  from {{ ref('sco_values') }} as vals
  left join suspected as top
    on top.unit_code = vals.unit_code and top.indicator = vals.numerator and top.period = vals.period and top.preference = 1
  left join suspected as bottom
    on bottom.unit_code = vals.unit_code and bottom.indicator = vals.denominator and bottom.period = vals.period and bottom.preference = 1
),

parameters as (
  select
    scores.*, replaced.is_suspected,
    case
      when not replaced.is_suspected then scores.value
      when replaced.denominator is null then replaced.numerator_value
      else {{ exact_div('replaced.numerator_value * cast(replaced.factor as decimal(18, 8))', 'replaced.denominator_value', 8) }}
    end as clean_value
  from {{ ref('sco_indicator_scores') }} as scores
  inner join replaced
    on replaced.unit_code = scores.unit_code and replaced.indicator = scores.indicator and replaced.period = scores.period
),

reached as (
  select scheme_submission_id, class_id, indicator, period, min(clean_value) as lowest, max(clean_value) as highest
  from parameters
  where is_suspected or (status in ('ACCEPTED', 'MARKED') and doubt is null)
  group by scheme_submission_id, class_id, indicator, period
),

measured as (
  select
    parameters.*,
    case when parameters.direction = '-' then reached.lowest else reached.highest end as clean_satisfactory,
    case when parameters.direction = '-' then reached.highest else reached.lowest end as clean_unacceptable,
    case when parameters.method = 'completion_signed' then 1 + (case when parameters.direction = '-' then -1 else 1 end) * cast(parameters.clean_value - parameters.target as double) / nullif(abs(cast(parameters.target as double)), 0) end as clean_completion
  from parameters
  left join reached
    on reached.scheme_submission_id = parameters.scheme_submission_id and reached.class_id = parameters.class_id
    and reached.indicator = parameters.indicator and reached.period = parameters.period
),

scored as (
  select
    measured.*,
    case
      when not is_suspected and status not in ('ACCEPTED', 'MARKED') then score
      when clean_value is null then null
      when method = 'efficacy_linear' and clean_satisfactory = clean_unacceptable then cast(full_marks as double)
      when method = 'efficacy_linear' then least(greatest(base + cast(full_marks - base as double) * cast(clean_value - clean_unacceptable as double) / cast(clean_satisfactory - clean_unacceptable as double), cast(base as double)), cast(full_marks as double))
      when method = 'completion_signed' and clean_completion is not null then cast(full_marks as double) * least(greatest(clean_completion, 0), cast(coalesce(cap, 1) as double))
      when not is_suspected then score
    end as clean_score
  from measured
),

-- the weights of the first pass; an indicator that cannot be judged gives its weight to the others of its dimension
dimensions as (
  select
    scored.unit_code, scored.period, scored.province_code, scored.class_id, scored.class_zh, scored.dimension_code,
    max(contributions.dimension_weight) as dimension_weight,
    sum(case when scored.is_suspected then 1 else 0 end) as n_suspected,
    {{ of_ascending('sum', ascending('cast(scored.score as double) / cast(scored.full_marks as double) * cast(scored.weight as double)')) }}
      / nullif(cast(sum(case when scored.score is not null then scored.weight end) as double), 0) as share,
    {{ of_ascending('sum', ascending('cast(scored.clean_score as double) / cast(scored.full_marks as double) * cast(scored.weight as double)')) }}
      / nullif(cast(sum(case when scored.clean_score is not null then scored.weight end) as double), 0) as clean_share
  from scored
  inner join {{ ref('sco_contributions') }} as contributions
    on contributions.unit_code = scored.unit_code and contributions.indicator = scored.indicator and contributions.period = scored.period
  group by scored.unit_code, scored.period, scored.province_code, scored.class_id, scored.class_zh, scored.dimension_code
),

totals as (
  select
    unit_code, period, province_code, class_id, class_zh, sum(n_suspected) as n_suspected,
    {{ of_ascending('sum', ascending('share * dimension_weight')) }} * 100 / nullif(cast(sum(case when share is not null then dimension_weight end) as double), 0) as score,
    {{ of_ascending('sum', ascending('clean_share * dimension_weight')) }} * 100 / nullif(cast(sum(case when clean_share is not null then dimension_weight end) as double), 0) as clean_score
  from dimensions
  group by unit_code, period, province_code, class_id, class_zh
),

-- a unit without a grade is not ranked, and takes no place from the others
ranked as (
  select totals.*,
    case when not held.is_withheld then rank() over (partition by totals.province_code, totals.period, totals.class_id, held.is_withheld order by round(score, 6) desc) end as place,
    case when not held.is_withheld then rank() over (partition by totals.province_code, totals.period, totals.class_id, held.is_withheld order by round(clean_score, 6) desc) end as clean_place
  from totals
  inner join {{ ref('sco_totals') }} as held on held.unit_code = totals.unit_code and held.period = totals.period
)

select
  unit_code,
  period,
  class_zh,
  cast(n_suspected as integer) as n_suspected,
  cast(round(score, 4) as decimal(9, 4)) as score,
  cast(round(clean_score, 4) as decimal(9, 4)) as score_without,
  cast(round(score - clean_score, 4) as decimal(9, 4)) as gain,
  cast(place as integer) as rank_in_class,
  cast(clean_place as integer) as rank_without,
  cast(clean_place - place as integer) as places_gained,
  concat(cast(n_suspected as varchar), ' 个指标含疑点；按推算数重算为 ', cast(cast(round(clean_score, 2) as decimal(9, 2)) as varchar), ' 分。仅为测算，不是结论。') as why_zh,
  concat(cast(n_suspected as varchar), ' indicators hold a suspicion; recomputed with what was to be expected: ', cast(cast(round(clean_score, 2) as decimal(9, 2)) as varchar), '. An estimate, no conclusion.') as why_en
from ranked
