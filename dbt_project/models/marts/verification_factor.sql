-- Recounted over reported (核实系数), per provider and per assessed unit, over all visits in force: 1 is true, below 1 overstated.
-- Figures of different measure are put together as ratios: the Hajek mean of verified/reported, each weighted by one over its inclusion
-- probability (1 for a figure visited outside the sample), so that a sample drawn by risk speaks for all figures. The interval is Student's t
-- on the linearised variance of that ratio of sums (Sarndal, Swensson and Wretman 1992, 5.7), visits taken as independent.
{{ config(materialized='table') }}
with visited as (
  select
    owner, unit_code, result,
    reported_value, true_value,
    cast(round(1 / cast(case when inclusion_probability > 0 and inclusion_probability <= 1 then inclusion_probability else 1 end as double), 8) as decimal(18, 8)) as weight,
    {{ exact_div('true_value', 'reported_value', 8) }} as ratio,
    {{ exact_div('abs(reported_value - true_value)', 'abs(true_value)', 8) }} as error_rate
  from {{ ref('val_visits') }}
  where is_in_force
),

subjects as (
  select 'provider' as subject_kind, owner as subject, visited.* from visited
  union all
  select 'unit' as subject_kind, unit_code as subject, visited.* from visited
),

means as (
  select
    subject_kind, subject,
    count(*) as n_visits,
    sum(case when result = '属实' then 1 else 0 end) as n_true,
    count(ratio) as n_ratios,
    sum(case when ratio is not null then weight end) as weights,
    -- exact sums: the digits must not depend on the order of rows
    cast(sum(cast(round(cast(weight as double) * cast(ratio as double), 8) as decimal(38, 8))) as double)
      / cast(sum(case when ratio is not null then weight end) as double) as factor,
    max(error_rate) as worst_error_rate
  from subjects
  group by subject_kind, subject
),

spreads as (
  select
    subjects.subject_kind, subjects.subject,
    sum(cast(round(power(cast(subjects.weight as double) * (cast(subjects.ratio as double) - means.factor), 2), 8) as decimal(38, 8))) as squares
  from subjects
  inner join means on means.subject_kind = subjects.subject_kind and means.subject = subjects.subject
  where subjects.ratio is not null
  group by subjects.subject_kind, subjects.subject
),

measured as (
  select
    means.*,
    means.n_ratios >= {{ verification('least_visited') }} as is_enough,
    coalesce(quantiles.quantile, {{ verification('normal_quantile') }})
      * sqrt(cast(spreads.squares as double) * n_ratios / nullif(n_ratios - 1, 0)) / cast(means.weights as double) as margin
  from means
  left join spreads on spreads.subject_kind = means.subject_kind and spreads.subject = means.subject
  left join {{ ref('t_quantiles') }} as quantiles on quantiles.degrees = means.n_ratios - 1
)

select
  measured.subject_kind,
  measured.subject,
  coalesce(units.name_zh, providers.name_zh, measured.subject) as subject_zh,
  cast(n_visits as integer) as n_visits,
  cast(n_true as integer) as n_true,
  cast(n_visits - n_true as integer) as n_untrue,
  case when is_enough then 'OK' else 'TOO_FEW_POINTS' end as code,
  case when is_enough then cast(round(factor, 4) as decimal(9, 4)) end as factor,
  case when is_enough then cast(round(factor - margin, 4) as decimal(9, 4)) end as factor_low,
  case when is_enough then cast(round(factor + margin, 4) as decimal(9, 4)) end as factor_high,
  worst_error_rate,
  concat('核验 ', cast(n_visits as varchar), ' 个数，属实 ', cast(n_true as varchar),
    case when is_enough then concat('；核实值为填报值的 ', cast(cast(round(factor, 4) as decimal(9, 4)) as varchar), ' 倍')
      else concat('；可比的 ', cast(n_ratios as varchar), ' 个，数量不足，不作推算') end) as why_zh,
  concat(cast(n_visits as varchar), ' figures verified, ', cast(n_true as varchar), ' true',
    case when is_enough then concat('; verified values are ', cast(cast(round(factor, 4) as decimal(9, 4)) as varchar), ' times the reported ones')
      else concat('; ', cast(n_ratios as varchar), ' can be compared: too few points to estimate') end) as why_en
from measured
left join {{ source('raw', 'register_units') }} as units on measured.subject_kind = 'unit' and units.unit_code = measured.subject
left join {{ source('raw', 'register_provider') }} as providers on measured.subject_kind = 'provider' and providers.provider_id = measured.subject
