-- One row per unit, period and dimension: what the dimension adds to the total, and its rate of attainment.
select
  contributions.unit_code,
  contributions.period,
  contributions.dimension_code,
  contributions.dimension_zh,
  cast(max(contributions.dimension_weight) as decimal(28, 8)) as dimension_weight,
  cast(sum(contributions.effective_weight) as decimal(28, 8)) as effective_weight,
  cast(sum(contributions.contribution) as decimal(28, 8)) as contribution,
  {{ exact_div('sum(contributions.contribution) * 100', 'sum(contributions.effective_weight)', 4) }} as attainment_pct,
  cast(count(*) as integer) as n_indicators,
  cast(count(contributions.score) as integer) as n_scored,
  max(steps.reason_zh) as why_zh,
  max(steps.reason_en) as why_en
from {{ ref('sco_contributions') }} as contributions
inner join {{ ref('sco_steps') }} as steps
  on steps.unit_code = contributions.unit_code and steps.period = contributions.period
  and steps.step_kind = 'dimension' and steps.dimension_code = contributions.dimension_code
where {{ only_changed('contributions.period') }}
group by contributions.unit_code, contributions.period, contributions.dimension_code, contributions.dimension_zh
