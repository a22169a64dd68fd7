-- The score of each unit in each indicator, by the method its scheme names. Methods are macros in macros/scoring; their
-- parameters come resolved from sco_parameters. Exact methods give decimals; real ones a double that is rounded once.
-- Whatever is the same for all units of a class is computed once per class (yardsticks), before the units are joined to it.
with goalposts as (
  select
    given.*,
    indicators.method as scored_by,
    indicators.dimension_code,
    indicators.dimension_zh,
    indicators.direction,
    indicators.base,
    indicators.full_marks,
    indicators.cap,
    weights.weight,
    coalesce(given.missing_policy, schemes.missing_policy) as policy_missing,
    schemes.quarantined_policy,
    refs.n_peers,
    refs.total,
    refs.median_real,
    refs.unit_value,
    refs.lowest as peers_lowest,
    refs.highest as peers_highest,
    refs.lowest_real as peers_lowest_real,
    refs.highest_real as peers_highest_real,
    coalesce(given.centre_real, refs.mean_real) as centre,
    coalesce(given.spread_real, case when given.sd_kind = 'population' then refs.sd_population else refs.sd_sample end) as spread,
    refs.low_percentile_value as low_percentile,
    refs.high_percentile_value as high_percentile,
    case when indicators.direction = '-' then refs.bottom_mean end as mean_of_lowest,
    case when indicators.direction <> '-' then refs.top_mean end as mean_of_highest,
    given.low_real is not null and given.transform <> 'none' and given.goalposts_in = 'raw' as transforms_low,
    given.high_real is not null and given.transform <> 'none' and given.goalposts_in = 'raw' as transforms_high,
    {{ transformed('given.low_real', 'given.transform', 'given.transform_power_real', 'given.transform_offset_real') }} as low_transformed,
    {{ transformed('given.high_real', 'given.transform', 'given.transform_power_real', 'given.transform_offset_real') }} as high_transformed,
    coalesce(given.clamp, case when indicators.method like 'efficacy%' then 'both' end) as clamped
  from {{ ref('sco_parameters') }} as given
  inner join {{ ref('val_schemes') }} as schemes
    on schemes.submission_id = given.submission_id and schemes.period = given.period
  inner join {{ ref('stg_scheme_indicators') }} as indicators
    on indicators.submission_id = given.submission_id and indicators.indicator = given.indicator
  inner join {{ ref('stg_scheme_weights') }} as weights
    on weights.submission_id = given.submission_id and weights.indicator = given.indicator and weights.class_id = given.class_id
  left join {{ ref('sco_references') }} as refs
    on refs.scheme_submission_id = given.submission_id and refs.class_id = given.class_id
    and refs.indicator = given.indicator and refs.period = given.period
  where {{ only_changed('given.period') }}
),

ranges as (
  select
    goalposts.*,
    case when transforms_low then {{ real_to_exact('low_transformed') }}
      else coalesce(low_exact, {{ real_to_exact('low_percentile') }}, {{ real_to_exact('mean_of_lowest') }}, peers_lowest) end as lowest,
    case when transforms_high then {{ real_to_exact('high_transformed') }}
      else coalesce(high_exact, {{ real_to_exact('high_percentile') }}, {{ real_to_exact('mean_of_highest') }}, peers_highest) end as highest,
    case when transforms_low then low_transformed else coalesce(low_real, low_percentile, mean_of_lowest, peers_lowest_real) end as lowest_real,
    case when transforms_high then high_transformed else coalesce(high_real, high_percentile, mean_of_highest, peers_highest_real) end as highest_real
  from goalposts
),

yardsticks as (
  select
    submission_id, period, class_id, indicator, dimension_code, dimension_zh, scored_by as method, direction, base, full_marks, cap, weight,
    policy_missing, quarantined_policy, n_peers, total, standard_exact, target_exact, step_exact, per_unit_exact, layers_exact, layers_by,
    ratio_to, ratio_cap_exact, interval_low_exact, interval_high_exact, allowed_low_exact, allowed_high_exact, partial, degenerate_policy, tier_on,
    percentile_kind, centre, spread, scale_mean_real, scale_sd_real, score_power_real, score_decimals_real, threshold_real,
    highest = lowest as is_flat,
    highest_real = lowest_real as is_flat_real,
    case when direction = '-' then -1 else 1 end as sign,
    case when direction = '-' then lowest else highest end as satisfactory_value,
    case when direction = '-' then highest else lowest end as unacceptable_value,
    case when direction = '-' then lowest_real else highest_real end as good_real,
    case when direction = '-' then highest_real else lowest_real end as bad_real,
    case when scored_by = 'deviation_from_mean' or ratio_to = 'mean' then {{ exact_div('total', 'n_peers', 8) }} end as mean_exact,
    {{ real_to_exact('median_real') }} as median_exact,
    {{ real_to_exact('unit_value') }} as unit_exact,
    {{ real_to_exact('scale_mean_real') }} as scale_mean_exact,
    coalesce(score_floor_real, case when clamped in ('both', 'low') then cast(base as double) end) as floor_real,
    coalesce(score_cap_real, case when clamped in ('both', 'high') then cast(full_marks as double) end) as cap_real,
    coalesce(score_floor_exact, case when clamped in ('both', 'low') then base end) as floor_exact,
    coalesce(score_cap_exact, case when clamped in ('both', 'high') then full_marks end) as cap_exact
  from ranges
),

measured as (
  select
    sco.unit_code, sco.province_code, sco.class_zh, sco.scheme_submission_id, sco.definition_id, sco.value, sco.value_ready,
    case when sco.value_status in ('IMPUTED', 'UNDEFINED', 'INSUFFICIENT_SAMPLE') then sco.value_status else sco.status end as status,
    sco.value_status in ('ACCEPTED', 'MARKED', 'IMPUTED') as is_usable,
    yardsticks.*,
    coalesce(targets.target, yardsticks.target_exact) as target,
    ranks.place, ranks.place_up, ranks.n as n_ranked
  from {{ ref('sco_prepared') }} as sco
  inner join yardsticks
    on yardsticks.submission_id = sco.scheme_submission_id and yardsticks.indicator = sco.indicator and yardsticks.class_id = sco.class_id
    and yardsticks.period = sco.period
  left join {{ ref('sco_ranks') }} as ranks
    on ranks.scheme_submission_id = sco.scheme_submission_id and ranks.unit_code = sco.unit_code and ranks.indicator = sco.indicator
  left join {{ ref('val_targets') }} as targets
    on targets.unit_code = sco.unit_code and targets.indicator = sco.indicator and targets.period = sco.period
  where {{ only_changed('sco.period') }}
),

-- a class's own tiers go before the general ones, the first of overlapping ones (which the linter refuses) before the others
tier_values as (
  select
    sco.unit_code, sco.indicator, sco.period, sco.scheme_submission_id, sco.class_id,
    case when yardsticks.tier_on = 'completion' then {{ completion('sco.value', 'coalesce(targets.target, yardsticks.target_exact)', 'yardsticks.sign') }} else sco.value end as tier_value
  from {{ ref('sco_prepared') }} as sco
  inner join yardsticks
    on yardsticks.submission_id = sco.scheme_submission_id and yardsticks.indicator = sco.indicator and yardsticks.class_id = sco.class_id
    and yardsticks.period = sco.period and yardsticks.method in ('band_table', 'efficacy_tiered')
  left join {{ ref('val_targets') }} as targets
    on targets.unit_code = sco.unit_code and targets.indicator = sco.indicator and targets.period = sco.period
  where {{ only_changed('sco.period') }}
),

tier_hits as (
  select
    valued.unit_code, valued.indicator, valued.period, valued.tier_value, tiers.marks as tier_marks, tiers.marks_to as tier_marks_to, tiers.tier_from, tiers.tier_to,
    row_number() over (
      partition by valued.unit_code, valued.indicator, valued.period order by case when tiers.class_id is null then 1 else 0 end, tiers.row_no
    ) as choice
  from tier_values as valued
  inner join {{ ref('stg_scheme_tiers') }} as tiers
    on tiers.submission_id = valued.scheme_submission_id and tiers.indicator = valued.indicator and (tiers.class_id is null or tiers.class_id = valued.class_id)
    and (tiers.tier_from is null or valued.tier_value > tiers.tier_from or (tiers.from_inclusive and valued.tier_value = tiers.tier_from))
    and (tiers.tier_to is null or valued.tier_value < tiers.tier_to or (tiers.to_inclusive and valued.tier_value = tiers.tier_to))
),

tiered as (
  select
    measured.*,
    tier_hits.tier_value, tier_hits.tier_marks, tier_hits.tier_marks_to, tier_hits.tier_from, tier_hits.tier_to,
    case when method = 'progress_standard' then coalesce(standard_exact, target) else coalesce(target, standard_exact) end as goal,
    case when method = 'completion_signed' or tier_on = 'completion' then {{ completion('value', 'target', 'sign') }} end as completion,
    coalesce(standard_exact, target, case ratio_to
      when 'mean' then mean_exact when 'median' then median_exact when 'total' then total
      when 'worst' then unacceptable_value when 'unit' then unit_exact else satisfactory_value end) as ratio_reference,
    standard_exact is null and target is null and ratio_to = 'mean' as is_ratio_to_mean,
    case method
      when 'efficacy_linear' then is_flat
      when 'layers' then layers_by = 'range' and is_flat
      when 'min_max' then is_flat_real
      when 'efficacy_exponential' then is_flat_real
      when 'z_score' then coalesce(spread, 0) = 0
      when 'percentile_rank' then n_ranked = 1
      else false
    end as is_degenerate
  from measured
  left join tier_hits
    on tier_hits.unit_code = measured.unit_code and tier_hits.indicator = measured.indicator and tier_hits.period = measured.period and tier_hits.choice = 1
),

-- a unit that alone has a figure has nobody to be measured against: it gets no full marks for that, unless the scheme says what it gets
referred as (
  select tiered.*,
    coalesce(degenerate_policy = 'full' and (
      (is_degenerate and n_peers = 1)
      or (method in ('ratio_to_best', 'ratio_index') and standard_exact is null and target is null and coalesce(ratio_to, 'best') <> 'unit' and n_peers = 1)
      or (method = 'rank_points' and n_ranked = 1)), false) as is_alone,
    case when is_ratio_to_mean then total else ratio_reference end as ratio_top, case when is_ratio_to_mean then n_peers else 1 end as ratio_bottom
  from tiered
),

lines as (
  select
    referred.*
    {%- for part in ('add', 'times', 'numerator', 'denominator', 'low', 'high') %},
    try_cast(case method
      {%- for method, parts in exact_methods().items() if parts[part] is defined %}
      when '{{ method }}' then {{ 'case when ' ~ parts.needs ~ ' then ' ~ parts[part] ~ ' end' if part == 'numerator' else parts[part] }}
      {%- endfor %}
    end as decimal(28, 8)) as line_{{ part }}
    {%- endfor %}
  from referred
),

quotients as (
  select lines.*, {{ exact_line('line_add', 'line_times', 'line_numerator', 'line_denominator') }} as quotient
  from lines
),

computed as (
  select
    quotients.*,
    case when is_usable then {{ within_limit(bounded('quotient', 'line_low', 'line_high')) }} end as exact_unbounded,
    case when is_usable then case method
      when 'identity' then value_ready
      when 'min_max' then {{ min_max('value_ready', 'good_real', 'bad_real', 'cast(base as double)', 'cast(full_marks as double)') }}
      when 'efficacy_exponential' then {{ efficacy_exponential('value_ready', 'good_real', 'bad_real', 'cast(base as double)', 'cast(full_marks as double)') }}
      when 'z_score' then {{ z_score('value_ready', 'centre', 'spread', 'direction', 'scale_mean_real', 'scale_sd_real') }}
      when 'rank' then cast(place_up as double)
      when 'percentile_rank' then {{ percentile_rank('cast(place_up as double)', 'n_ranked', 'percentile_kind', 'cast(base as double)', 'cast(full_marks as double)') }}
      when 'threshold' then cast(case when sign * value_ready >= sign * threshold_real then full_marks else base end as double)
    end end as real_score
  from quotients
),

floored as (
  select
    computed.*,
    case when exact_unbounded < 0 and (method in ('deduction', 'control', 'layers') or (method = 'rank_points' and step_exact is not null)) then 0 else exact_unbounded end as exact_score,
    {{ bounded('real_score', 'floor_real', 'cap_real') }} as real_limited
  from computed
),

powered as (
  select
    floored.*,
    case
      when is_alone then null
      when is_usable and is_degenerate then cast(case degenerate_policy when 'full' then full_marks when 'base' then base when 'midpoint' then (base + full_marks) / 2 when 'zero' then 0 when 'mean' then scale_mean_exact end as decimal(28, 8))
      when exact_score is not null then {{ bounded('exact_score', 'floor_exact', 'cap_exact') }}
    end as exact_bounded,
    case when not is_degenerate then {{ real_power('real_limited', 'score_power_real') }} end as real_powered
  from floored
),

bounded as (
  select powered.*, {{ real_half_up_to('real_powered', 'score_decimals_real') }} as real_bounded
  from powered
),

scored as (
  select
    bounded.*,
    case
      when status in ('NOT_APPLICABLE', 'QUARANTINED', 'MISSING', 'UNDEFINED', 'INSUFFICIENT_SAMPLE') then status
      when is_alone then 'NO_PEERS'
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
      when exact_bounded is not null and score_decimals_real is not null then {{ half_up_to('exact_bounded', 'try_cast(score_decimals_real as integer)') }}
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
      when score_status in ('MISSING', 'INSUFFICIENT_SAMPLE', 'UNDEFINED') and policy_missing = 'floor' then coalesce(base, 0)
      when score_status in ('MISSING', 'INSUFFICIENT_SAMPLE', 'UNDEFINED') and policy_missing = 'zero' then 0
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
  definition_id,
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
  policy_missing as missing_policy,
  quarantined_policy
from settled
