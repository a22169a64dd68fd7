-- The scheme in force for each province and period, with the fingerprint of what decides scores and grades (indicators,
-- weights, bands, adjustments, vetoes, quotas, bounds), so that a year-on-year row can say whether the two years were judged alike.
with in_force as (
  select returns.submission_id, returns.period, providers.province_code
  from {{ ref('val_returns') }} as returns
  inner join {{ source('raw', 'register_provider') }} as providers on providers.provider_id = returns.provider_id
  where returns.is_in_force and returns.form_id = 'scheme' and providers.role = 'office' and {{ only_changed('returns.period') }}
),

content as (
  select submission_id, concat_ws('|', 'indicator', indicator, dimension_code, method, direction, {{ plain('base', separated=false) }}, {{ plain('full_marks', separated=false) }}, reference, {{ plain('cap', separated=false) }}) as line
  from {{ ref('stg_scheme_indicators') }} where {{ only_changed('period') }}
  union all
  select submission_id, concat_ws('|', 'weight', class_id, indicator, {{ plain('weight', separated=false) }}) as line
  from {{ ref('stg_scheme_weights') }} where {{ only_changed('period') }}
  union all
  select submission_id, concat_ws('|', 'band', grade_code, {{ plain('lower', separated=false) }}, cast(lower_inclusive as varchar), {{ plain('upper', separated=false) }}, cast(upper_inclusive as varchar)) as line
  from {{ ref('stg_scheme_bands') }} where {{ only_changed('period') }}
  union all
  select submission_id, concat_ws('|', 'adjustment', adjustment, kind, {{ plain('marks', separated=false) }}, {{ plain('cap', separated=false) }}, grade) as line
  from {{ ref('stg_scheme_adjustments') }} where {{ only_changed('period') }}
  union all
  select submission_id, concat_ws('|', 'veto', veto, trigger_on, indicator, {{ plain('limit_value', separated=false) }}, severity, effect, grade, cast(levels as varchar)) as line
  from {{ ref('stg_scheme_vetoes') }} where {{ only_changed('period') }}
  union all
  select submission_id, concat_ws('|', 'quota', grade, class_id, scope, cast(number as varchar), {{ plain('share', separated=false) }}, rounding, ties, tiebreak, cast(needs_threshold as varchar), cast(passes_on as varchar)) as line
  from {{ ref('stg_scheme_quotas') }} where {{ only_changed('period') }}
  union all
  select submission_id, concat_ws('|', 'bounds', {{ plain('total_floor', separated=false) }}, {{ plain('total_cap', separated=false) }}, {{ plain('bonus_cap', separated=false) }}, {{ plain('deduction_cap', separated=false) }}) as line
  from {{ ref('stg_schemes') }} where coalesce(total_floor, total_cap, bonus_cap, deduction_cap) is not null and {{ only_changed('period') }}
  union all
  select submission_id, concat_ws('|', 'doubt', {{ plain('hold_above', separated=false) }}, {{ plain('mark_above', separated=false) }}) as line
  from {{ ref('stg_schemes') }} where coalesce(hold_above, mark_above) is not null and {{ only_changed('period') }}
  union all
  select submission_id, concat_ws('|', 'coverage', {{ plain('least_weight_scored', separated=false) }}, cast(least_dimensions_scored as varchar), {{ plain('most_weight_stretch', separated=false) }}) as line
  from {{ ref('stg_schemes') }} where coalesce(least_weight_scored, least_dimensions_scored, most_weight_stretch) is not null and {{ only_changed('period') }}
),

fingerprints as (
  select submission_id, md5(string_agg(line, chr(10) order by line)) as scheme_fingerprint
  from content
  group by submission_id
)

select
  in_force.province_code,
  in_force.period,
  in_force.submission_id,
  fingerprints.scheme_fingerprint,
  schemes.scheme_id,
  schemes.title_zh,
  schemes.policy_document,
  schemes.document_date,
  coalesce(schemes.score_decimals, 2) as score_decimals,
  coalesce(schemes.grade_on, 'published') as grade_on,
  coalesce(schemes.missing_policy, 'redistribute') as missing_policy,
  coalesce(schemes.quarantined_policy, 'redistribute') as quarantined_policy,
  schemes.total_floor,
  schemes.total_cap,
  schemes.bonus_cap,
  schemes.deduction_cap,
  coalesce(schemes.hold_above, 4) as hold_above,
  coalesce(schemes.mark_above, 3) as mark_above,
  schemes.least_weight_scored,
  schemes.least_dimensions_scored,
  schemes.most_weight_stretch
from in_force
inner join {{ ref('stg_schemes') }} as schemes
  on schemes.submission_id = in_force.submission_id and schemes.period = in_force.period
left join fingerprints on fingerprints.submission_id = in_force.submission_id
