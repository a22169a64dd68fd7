-- How each scored indicator is defined, by scheme and class: its weight, and the hash of everything that turns its value into a
-- score (method, direction, marks, reference, parameters, tiers, inputs). The weight itself is no part of the definition.
with parameters as (
  select submission_id, indicator, class_id, concat_ws('=', parameter, parameter_value) as line
  from {{ ref('stg_scheme_parameters') }}
  where {{ only_changed('period') }}
  union all
  select submission_id, indicator, class_id, concat_ws('|', 'tier', {{ plain('tier_from', separated=false) }}, cast(from_inclusive as varchar), {{ plain('tier_to', separated=false) }}, cast(to_inclusive as varchar), {{ plain('marks', separated=false) }}, {{ plain('marks_to', separated=false) }})
  from {{ ref('stg_scheme_tiers') }}
  where {{ only_changed('period') }}
  union all
  select submission_id, indicator, null, concat_ws('|', 'input', input, role, {{ plain('coefficient', separated=false) }}, cast(lag as varchar))
  from {{ ref('stg_scheme_inputs') }}
  where {{ only_changed('period') }}
),

weighed as (
  select schemes.province_code, schemes.period, schemes.submission_id, weights.class_id, indicators.indicator, weights.weight,
    concat_ws('|', indicators.method, indicators.direction, {{ plain('indicators.base', separated=false) }}, {{ plain('indicators.full_marks', separated=false) }}, indicators.reference, {{ plain('indicators.cap', separated=false) }}) as line
  from {{ ref('val_schemes') }} as schemes
  inner join {{ ref('stg_scheme_indicators') }} as indicators on indicators.submission_id = schemes.submission_id
  inner join {{ ref('stg_scheme_weights') }} as weights on weights.submission_id = schemes.submission_id and weights.indicator = indicators.indicator
  where {{ only_changed('schemes.period') }}
)

select
  weighed.province_code,
  weighed.period,
  weighed.submission_id as scheme_submission_id,
  weighed.class_id,
  weighed.indicator,
  max(weighed.weight) as weight,
  md5(concat(max(weighed.line), chr(10), coalesce(string_agg(parameters.line, chr(10) order by parameters.line), ''))) as definition
from weighed
left join parameters
  on parameters.submission_id = weighed.submission_id and parameters.indicator = weighed.indicator
  and (parameters.class_id is null or parameters.class_id = weighed.class_id)
group by weighed.province_code, weighed.period, weighed.submission_id, weighed.class_id, weighed.indicator
