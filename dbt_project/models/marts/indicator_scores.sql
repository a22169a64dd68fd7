-- One row per unit, period and scored indicator: value, what it was measured against, score, weight, contribution, and why.
select
  scores.unit_code,
  scores.indicator,
  scores.period,
  scores.dimension_code,
  scores.dimension_zh,
  scores.class_id,
  scores.method,
  scores.direction,
  scores.value,
  scores.definition_id,
  scores.status as figure_status,
  scores.score_status,
  coalesce(scores.doubt, 'none') as doubt,
  scores.satisfactory_value,
  scores.unacceptable_value,
  cast(scores.n_peers as integer) as n_peers,
  scores.target,
  targets.source_ref as target_source,
  cast(scores.completion as decimal(28, 8)) as completion,
  scores.score,
  scores.weight,
  contributions.effective_weight,
  contributions.contribution,
  case when scores.score is not null then cast(rank() over (
    partition by scores.province_code, scores.period, scores.class_id, scores.indicator
    order by case when scores.score is null then 1 else 0 end, scores.score desc
  ) as integer) end as rank_in_class,
  concat(indicator_steps.reason_zh, '；', gate_steps.reason_zh, case when weight_steps.reason_zh is null then '' else concat('；', weight_steps.reason_zh) end) as why_zh,
  concat(indicator_steps.reason_en, '; ', gate_steps.reason_en, case when weight_steps.reason_en is null then '' else concat('; ', weight_steps.reason_en) end) as why_en
from {{ ref('sco_indicator_scores') }} as scores
left join {{ ref('sco_contributions') }} as contributions
  on contributions.unit_code = scores.unit_code and contributions.indicator = scores.indicator and contributions.period = scores.period
inner join {{ ref('sco_steps') }} as indicator_steps
  on indicator_steps.unit_code = scores.unit_code and indicator_steps.indicator = scores.indicator
  and indicator_steps.period = scores.period and indicator_steps.step_kind = 'indicator'
inner join {{ ref('sco_steps') }} as gate_steps
  on gate_steps.unit_code = scores.unit_code and gate_steps.indicator = scores.indicator
  and gate_steps.period = scores.period and gate_steps.step_kind = 'gate'
left join {{ ref('sco_steps') }} as weight_steps
  on weight_steps.unit_code = scores.unit_code and weight_steps.indicator = scores.indicator
  and weight_steps.period = scores.period and weight_steps.step_kind = 'weight'
left join {{ ref('val_targets') }} as targets
  on targets.unit_code = scores.unit_code and targets.indicator = scores.indicator and targets.period = scores.period
where {{ only_changed('scores.period') }}
