-- The score of each unit in each indicator, 0..full marks, by the method its scheme names. Methods are macros in macros/scoring.
with parameters as (
  select
    sco.*,
    indicators.dimension_code,
    indicators.dimension_zh,
    indicators.method,
    indicators.direction,
    indicators.base,
    indicators.full_marks,
    indicators.cap,
    weights.weight,
    refs.lowest,
    refs.highest,
    refs.n_peers,
    targets.target,
    schemes.missing_policy,
    schemes.quarantined_policy
  from {{ ref('sco_values') }} as sco
  inner join {{ ref('val_schemes') }} as schemes
    on schemes.submission_id = sco.scheme_submission_id and schemes.period = sco.period
  inner join {{ ref('stg_scheme_indicators') }} as indicators
    on indicators.submission_id = sco.scheme_submission_id and indicators.indicator = sco.indicator
  inner join {{ ref('stg_scheme_weights') }} as weights
    on weights.submission_id = sco.scheme_submission_id and weights.indicator = sco.indicator and weights.class_id = sco.class_id
  left join {{ ref('sco_references') }} as refs
    on refs.scheme_submission_id = sco.scheme_submission_id and refs.class_id = sco.class_id
    and refs.indicator = sco.indicator and refs.period = sco.period
  left join {{ ref('val_targets') }} as targets
    on targets.unit_code = sco.unit_code and targets.indicator = sco.indicator and targets.period = sco.period
  where {{ only_changed('sco.period') }}
),

measured as (
  select
    parameters.*,
    case when direction = '-' then lowest else highest end as satisfactory_value,
    case when direction = '-' then highest else lowest end as unacceptable_value,
    case when method = 'completion_signed' then {{ signed_completion('value', 'target', 'direction') }} end as completion
  from parameters
),

scored as (
  select
    measured.*,
    case
      when status = 'NOT_APPLICABLE' then 'NOT_APPLICABLE'
      when status = 'QUARANTINED' then 'QUARANTINED'
      when status = 'MISSING' then 'MISSING'
      when method = 'efficacy_linear' and highest = lowest then 'DEGENERATE'
      when method = 'completion_signed' and target is null then 'NO_TARGET'
      when method = 'completion_signed' and target = 0 then 'TARGET_ZERO'
      when method = 'completion_signed' and completion > coalesce(cap, 1) then 'CAPPED'
      when method = 'completion_signed' and completion < 0 then 'FLOORED'
      else 'OK'
    end as score_status,
    case
      when status not in ('ACCEPTED', 'MARKED') then null
      when method = 'efficacy_linear' then {{ efficacy_linear('value', 'satisfactory_value', 'unacceptable_value', 'base', 'full_marks') }}
      when method = 'completion_signed' then {{ completion_score('completion', 'cap', 'full_marks') }}
    end as measured_score
  from measured
),

settled as (
  select
    scored.*,
    case
      when measured_score is not null then measured_score
      when score_status = 'QUARANTINED' and quarantined_policy = 'floor' then coalesce(base, 0)
      when score_status = 'QUARANTINED' and quarantined_policy = 'zero' then 0
      when score_status = 'MISSING' and missing_policy = 'floor' then coalesce(base, 0)
      when score_status = 'MISSING' and missing_policy = 'zero' then 0
    end as score
  from scored
)

select
  unit_code,
  indicator,
  period,
  province_code,
  class_id,
  class_zh,
  scheme_submission_id,
  dimension_code,
  dimension_zh,
  method,
  direction,
  status,
  score_status,
  caliber_id,
  value,
  satisfactory_value,
  unacceptable_value,
  n_peers,
  target,
  completion,
  base,
  full_marks,
  cap,
  cast(score as decimal(28, 8)) as score,
  cast(weight as decimal(28, 8)) as weight,
  missing_policy,
  quarantined_policy
from settled
