-- The score of each unit in each indicator, by the method its scheme names. Methods are macros in macros/scoring; their
-- parameters come resolved from sco_parameters. Exact methods give decimals; real ones a double that is rounded once.
with parameters as (
  select
    sco.unit_code, sco.indicator, sco.period, sco.province_code, sco.class_id, sco.class_zh, sco.scheme_submission_id, sco.caliber_id,
    case when sco.value_status in ('IMPUTED', 'UNDEFINED', 'INSUFFICIENT_SAMPLE') then sco.value_status else sco.status end as status,
    sco.value_status in ('ACCEPTED', 'MARKED', 'IMPUTED') as is_usable,
    sco.value,
    sco.value_ready,
    indicators.dimension_code,
    indicators.dimension_zh,
    indicators.method,
    indicators.direction,
    indicators.base,
    indicators.full_marks,
    indicators.cap,
    weights.weight,
    refs.n_peers,
    refs.total,
    refs.mean_real,
    refs.median_real,
    refs.total_real,
    refs.unit_value,
    case when given.sd_kind = 'population' then refs.sd_population else refs.sd_sample end as sd_real,
    case
      when given.low_real is not null and given.transform <> 'none' and given.goalposts_in = 'raw'
        then {{ real_to_exact(transformed('given.low_real', 'given.transform', 'given.transform_power_real', 'given.transform_offset_real')) }}
      else coalesce(given.low_exact, {{ real_to_exact('refs.low_percentile_value') }}, case when indicators.direction = '-' then {{ real_to_exact('refs.bottom_mean') }} end, refs.lowest)
    end as lowest,
    case
      when given.high_real is not null and given.transform <> 'none' and given.goalposts_in = 'raw'
        then {{ real_to_exact(transformed('given.high_real', 'given.transform', 'given.transform_power_real', 'given.transform_offset_real')) }}
      else coalesce(given.high_exact, {{ real_to_exact('refs.high_percentile_value') }}, case when indicators.direction <> '-' then {{ real_to_exact('refs.top_mean') }} end, refs.highest)
    end as highest,
    case
      when given.low_real is not null and given.transform <> 'none' and given.goalposts_in = 'raw'
        then {{ transformed('given.low_real', 'given.transform', 'given.transform_power_real', 'given.transform_offset_real') }}
      else coalesce(given.low_real, refs.low_percentile_value, case when indicators.direction = '-' then refs.bottom_mean end, refs.lowest_real)
    end as lowest_real,
    case
      when given.high_real is not null and given.transform <> 'none' and given.goalposts_in = 'raw'
        then {{ transformed('given.high_real', 'given.transform', 'given.transform_power_real', 'given.transform_offset_real') }}
      else coalesce(given.high_real, refs.high_percentile_value, case when indicators.direction <> '-' then refs.top_mean end, refs.highest_real)
    end as highest_real,
    coalesce(targets.target, given.target_exact) as target,
    given.standard_exact, given.step_exact, given.per_unit_exact, given.layers_exact, given.layers_by, given.ratio_cap_exact, given.ratio_to,
    given.interval_low_exact, given.interval_high_exact, given.allowed_low_exact, given.allowed_high_exact,
    given.partial, given.degenerate_policy, given.tier_on, given.percentile_kind,
    given.centre_real, given.spread_real, given.scale_mean_real, given.scale_sd_real, given.score_power_real, given.score_decimals_real, given.threshold_real,
    coalesce(given.score_floor_real, case when coalesce(given.clamp, case when indicators.method like 'efficacy%' then 'both' end) in ('both', 'low') then cast(indicators.base as double) end) as floor_real,
    coalesce(given.score_cap_real, case when coalesce(given.clamp, case when indicators.method like 'efficacy%' then 'both' end) in ('both', 'high') then cast(indicators.full_marks as double) end) as cap_real,
    coalesce(given.score_floor_exact, case when coalesce(given.clamp, case when indicators.method like 'efficacy%' then 'both' end) in ('both', 'low') then indicators.base end) as floor_exact,
    coalesce(given.score_cap_exact, case when coalesce(given.clamp, case when indicators.method like 'efficacy%' then 'both' end) in ('both', 'high') then indicators.full_marks end) as cap_exact,
    ranks.place, ranks.place_up, ranks.n as n_ranked,
    coalesce(given.missing_policy, schemes.missing_policy) as missing_policy,
    schemes.quarantined_policy
  from {{ ref('sco_prepared') }} as sco
  inner join {{ ref('val_schemes') }} as schemes
    on schemes.submission_id = sco.scheme_submission_id and schemes.period = sco.period
  inner join {{ ref('stg_scheme_indicators') }} as indicators
    on indicators.submission_id = sco.scheme_submission_id and indicators.indicator = sco.indicator
  inner join {{ ref('stg_scheme_weights') }} as weights
    on weights.submission_id = sco.scheme_submission_id and weights.indicator = sco.indicator and weights.class_id = sco.class_id
  inner join {{ ref('sco_parameters') }} as given
    on given.submission_id = sco.scheme_submission_id and given.indicator = sco.indicator and given.class_id = sco.class_id
  left join {{ ref('sco_references') }} as refs
    on refs.scheme_submission_id = sco.scheme_submission_id and refs.class_id = sco.class_id
    and refs.indicator = sco.indicator and refs.period = sco.period
  left join {{ ref('sco_ranks') }} as ranks
    on ranks.scheme_submission_id = sco.scheme_submission_id and ranks.unit_code = sco.unit_code and ranks.indicator = sco.indicator
  left join {{ ref('val_targets') }} as targets
    on targets.unit_code = sco.unit_code and targets.indicator = sco.indicator and targets.period = sco.period
  where {{ only_changed('sco.period') }}
),

measured as (
  select
    parameters.*,
    case when direction = '-' then -1 else 1 end as sign,
    case when direction = '-' then lowest else highest end as satisfactory_value,
    case when direction = '-' then highest else lowest end as unacceptable_value,
    case when direction = '-' then lowest_real else highest_real end as good_real,
    case when direction = '-' then highest_real else lowest_real end as bad_real,
    case when method = 'deviation_from_mean' or ratio_to = 'mean' then {{ exact_div('total', 'n_peers', 8) }} end as mean_exact,
    case when method = 'progress_standard' then coalesce(standard_exact, target) else coalesce(target, standard_exact) end as goal,
    case when method = 'completion_signed' or tier_on = 'completion' then 1 + (case when direction = '-' then -1 else 1 end) * {{ exact_div('value - target', 'abs(target)', 8) }} end as completion
  from parameters
),

referred as (
  select
    measured.*,
    case when tier_on = 'completion' then completion else value end as tier_value,
    coalesce(standard_exact, target, case ratio_to
      when 'mean' then mean_exact when 'median' then {{ real_to_exact('median_real') }} when 'total' then total
      when 'worst' then unacceptable_value when 'unit' then {{ real_to_exact('unit_value') }} else satisfactory_value end) as ratio_reference
  from measured
),

-- a class's own tiers go before the general ones, the first of overlapping ones (which the linter refuses) before the others
tier_hits as (
  select
    referred.unit_code, referred.indicator, referred.period, tiers.marks as tier_marks, tiers.marks_to as tier_marks_to, tiers.tier_from, tiers.tier_to,
    row_number() over (
      partition by referred.unit_code, referred.indicator, referred.period order by case when tiers.class_id is null then 1 else 0 end, tiers.row_no
    ) as choice
  from referred
  inner join {{ ref('stg_scheme_tiers') }} as tiers
    on tiers.submission_id = referred.scheme_submission_id and tiers.indicator = referred.indicator and (tiers.class_id is null or tiers.class_id = referred.class_id)
    and (tiers.tier_from is null or referred.tier_value > tiers.tier_from or (tiers.from_inclusive and referred.tier_value = tiers.tier_from))
    and (tiers.tier_to is null or referred.tier_value < tiers.tier_to or (tiers.to_inclusive and referred.tier_value = tiers.tier_to))
  where referred.method in ('band_table', 'efficacy_tiered')
),

tiered as (
  select referred.*, tier_hits.tier_marks, tier_hits.tier_marks_to, tier_hits.tier_from, tier_hits.tier_to
  from referred
  left join tier_hits
    on tier_hits.unit_code = referred.unit_code and tier_hits.indicator = referred.indicator and tier_hits.period = referred.period and tier_hits.choice = 1
),

fractions as (
  select
    tiered.*,
    case method
      {%- for method, parts in exact_methods().items() %}
      when '{{ method }}' then case when {{ parts.needs }} then cast({{ parts.numerator }} as decimal(28, 8)) end
      {%- endfor %}
    end as numerator,
    case method
      {%- for method, parts in exact_methods().items() %}
      when '{{ method }}' then cast({{ parts.denominator }} as decimal(28, 8))
      {%- endfor %}
    end as denominator,
    (method in ('efficacy_linear') and highest = lowest)
      or (method = 'layers' and layers_by = 'range' and highest = lowest)
      or (method in ('min_max', 'efficacy_exponential') and highest_real = lowest_real)
      or (method = 'z_score' and coalesce(spread_real, sd_real, 0) = 0) or (method = 'percentile_rank' and n_ranked = 1) as is_degenerate
  from tiered
),

quotients as (
  select fractions.*, {{ exact_div('numerator', 'denominator', 8) }} as quotient
  from fractions
),

computed as (
  select
    quotients.*,
    case when is_usable and quotient is not null then cast(case method
      {%- for method, parts in exact_methods().items() %}
      when '{{ method }}' then {{ parts.score }}
      {%- endfor %}
    end as decimal(28, 8)) end as exact_score,
    case when is_usable then case method
      when 'identity' then value_ready
      when 'min_max' then {{ min_max('value_ready', 'good_real', 'bad_real', 'cast(base as double)', 'cast(full_marks as double)') }}
      when 'efficacy_exponential' then {{ efficacy_exponential('value_ready', 'good_real', 'bad_real', 'cast(base as double)', 'cast(full_marks as double)') }}
      when 'z_score' then {{ z_score('value_ready', 'coalesce(centre_real, mean_real)', 'coalesce(spread_real, sd_real)', 'direction', 'scale_mean_real', 'scale_sd_real') }}
      when 'rank' then cast(place_up as double)
      when 'percentile_rank' then {{ percentile_rank('cast(place_up as double)', 'n_ranked', 'percentile_kind', 'cast(base as double)', 'cast(full_marks as double)') }}
      when 'threshold' then cast(case when sign * value_ready >= sign * threshold_real then full_marks else base end as double)
    end end as real_score
  from quotients
),

bounded as (
  select
    computed.*,
    case
      when is_usable and is_degenerate then cast(case degenerate_policy when 'full' then full_marks when 'base' then base when 'midpoint' then (base + full_marks) / 2 when 'zero' then 0 when 'mean' then {{ real_to_exact('scale_mean_real') }} end as decimal(28, 8))
      when exact_score is not null then {{ bounded('exact_score', 'floor_exact', 'cap_exact') }}
    end as exact_bounded,
    case when not is_degenerate then {{ real_half_up_to(real_power(bounded('real_score', 'floor_real', 'cap_real'), 'score_power_real'), 'score_decimals_real') }} end as real_bounded
  from computed
),

scored as (
  select
    bounded.*,
    case
      when status in ('NOT_APPLICABLE', 'QUARANTINED', 'MISSING', 'UNDEFINED', 'INSUFFICIENT_SAMPLE') then status
      when is_degenerate then 'DEGENERATE'
      when method in ('completion_signed', 'deduction') and target is null and standard_exact is null then 'NO_TARGET'
      when method = 'completion_signed' and target = 0 then 'TARGET_ZERO'
      when method = 'completion_signed' and completion > coalesce(cap, 1) then 'CAPPED'
      when method = 'completion_signed' and completion < 0 then 'FLOORED'
      when exact_bounded is null and real_bounded is null and method in ('band_table', 'efficacy_tiered') then 'NO_BAND'
      when exact_bounded is null and real_bounded is null then 'UNDEFINED'
      when exact_score > cap_exact or real_score > cap_real then 'CAPPED'
      when exact_score < floor_exact or real_score < floor_real then 'FLOORED'
      when status = 'IMPUTED' then 'IMPUTED'
      else 'OK'
    end as score_status,
    case
      when exact_bounded is not null and score_decimals_real is not null then {{ half_up_to('exact_bounded', 'cast(score_decimals_real as integer)') }}
      else coalesce(exact_bounded, {{ real_to_exact('real_bounded') }})
    end as measured_score
  from bounded
),

settled as (
  select
    scored.*,
    case
      when measured_score is not null then measured_score
      when score_status = 'QUARANTINED' and quarantined_policy = 'floor' then coalesce(base, 0)
      when score_status = 'QUARANTINED' and quarantined_policy = 'zero' then 0
      when score_status in ('MISSING', 'INSUFFICIENT_SAMPLE', 'UNDEFINED') and missing_policy = 'floor' then coalesce(base, 0)
      when score_status in ('MISSING', 'INSUFFICIENT_SAMPLE', 'UNDEFINED') and missing_policy = 'zero' then 0
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
  case when score = measured_score and exact_bounded is null then real_bounded end as score_real,
  cast(weight as decimal(28, 8)) as weight,
  missing_policy,
  quarantined_policy
from settled
