-- One row per assessed unit and period: score, rank, grade, and what the grade rests on (定档有依据): its threshold, and where the
-- scheme knows them its quotas and vetoes; and how much of it rests on figures that are in doubt, or were verified on the spot.
with reasons as (
  select unit_code, period, string_agg(reason_zh, '；' order by step_no) as why_zh, string_agg(reason_en, '; ' order by step_no) as why_en
  from {{ ref('sco_steps') }}
  where step_kind in ('grade', 'quota', 'veto') and {{ only_changed('period') }}
  group by unit_code, period
),

-- figures about which something is still asked, with hindsight or without
asked as (
  select distinct hits.unit_code, hits.indicator, hits.period
  from {{ ref('val_ruled_hits') }} as hits
  inner join {{ ref('val_returns') }} as returns on returns.submission_id = hits.submission_id and returns.is_in_force
  where counts_as in ('E', 'W') and silenced_by is null and unit_code is not null and indicator is not null and row_no is not null and {{ only_changed('hits.period') }}
),

verified as (
  select distinct figures.unit_code, figures.indicator, figures.period
  from {{ ref('val_figures') }} as figures
  inner join {{ ref('val_visits') }} as visits
    on visits.unit_code = figures.unit_code and visits.indicator = figures.indicator and visits.period = figures.period
    and visits.is_in_force and abs(figures.value - visits.true_value) <= visits.resolution / 2
  where {{ only_changed('figures.period') }}
),

-- the figures that each scored value rests on
resting as (
  select unit_code, indicator, period, numerator as figure, scheme_submission_id, doubt from {{ ref('sco_values') }} where {{ only_changed('period') }}
  union all
  select unit_code, indicator, period, denominator, scheme_submission_id, doubt from {{ ref('sco_values') }} where denominator is not null and {{ only_changed('period') }}
  union all
  select vals.unit_code, vals.indicator, vals.period, inputs.input, vals.scheme_submission_id, vals.doubt
  from {{ ref('sco_values') }} as vals
  inner join {{ ref('stg_scheme_inputs') }} as inputs on inputs.submission_id = vals.scheme_submission_id and inputs.indicator = vals.indicator
  where {{ only_changed('vals.period') }}
),

standing as (
  select
    resting.unit_code, resting.indicator, resting.period,
    max(case when resting.doubt is not null or asked.unit_code is not null then 1 else 0 end) as is_in_doubt,
    min(case when verified.unit_code is not null or resting.figure = resting.indicator and composed.n > 0 then 1 else 0 end) as is_verified
  from resting
  left join asked on asked.unit_code = resting.unit_code and asked.indicator = resting.figure and asked.period = resting.period
  left join verified on verified.unit_code = resting.unit_code and verified.indicator = resting.figure and verified.period = resting.period
  left join (
    select submission_id, indicator, count(*) as n from {{ ref('stg_scheme_inputs') }} where {{ only_changed('period') }} group by submission_id, indicator
  ) as composed on composed.submission_id = resting.scheme_submission_id and composed.indicator = resting.indicator
  group by resting.unit_code, resting.indicator, resting.period
),

shares as (
  select
    scores.unit_code, scores.period,
    {{ exact_div('sum(case when standing.is_in_doubt = 1 then scores.weight else 0 end)', 'sum(scores.weight)', 4) }} as share_in_doubt,
    {{ exact_div('sum(case when standing.is_verified = 1 and standing.is_in_doubt = 0 then scores.weight else 0 end)', 'sum(scores.weight)', 4) }} as share_verified
  from {{ ref('sco_indicator_scores') }} as scores
  inner join standing on standing.unit_code = scores.unit_code and standing.indicator = scores.indicator and standing.period = scores.period
  where {{ only_changed('scores.period') }} and scores.status <> 'NOT_APPLICABLE'
  group by scores.unit_code, scores.period
),

counted as (
  select unit_code, period, result from {{ source('scores', 'counterfactuals') }}
  where step = 'counted' and component = 'total' and {{ only_changed('period') }}
),

-- the gaps that the scheme declares, of which the unit has no score
gaps as (
  select scores.unit_code, scores.period, string_agg(distinct concat(scores.indicator, '：', declared.reason), '；' order by concat(scores.indicator, '：', declared.reason)) as gaps_zh
  from {{ ref('sco_indicator_scores') }} as scores
  inner join {{ ref('stg_scheme_gaps') }} as declared
    on declared.submission_id = scores.scheme_submission_id and declared.indicator = scores.indicator and (declared.class_id is null or declared.class_id = scores.class_id)
  where scores.score is null and {{ only_changed('scores.period') }}
  group by scores.unit_code, scores.period
)

select
  concat(totals.unit_code, '-', cast(totals.period as varchar)) as grade_id,
  totals.unit_code,
  units.name_zh as unit_zh,
  units.name_en as unit_en,
  totals.province_code,
  totals.period,
  totals.class_id,
  totals.class_zh,
  totals.total_published as score,
  totals.total_adjusted as score_exact,
  coalesce(counted.result, totals.total_published) as score_if_counted,
  shares.share_in_doubt,
  shares.share_verified,
  totals.bonus,
  totals.deduction,
  totals.grade_code,
  totals.grade_zh,
  totals.earned_grade_code,
  totals.earned_grade_zh,
  totals.is_separate,
  totals.is_withheld,
  coverage.weight_scored_pct,
  coverage.n_dimensions,
  coverage.n_dimensions_scored,
  coverage.most_stretch,
  coverage.n_gaps,
  gaps.gaps_zh,
  totals.is_vetoed,
  totals.claw_back,
  totals.rank_in_class,
  totals.n_in_class,
  cast(totals.n_indicators as integer) as n_indicators,
  cast(totals.n_scored as integer) as n_scored,
  cast(totals.n_marked as integer) as n_marked,
  cast(totals.n_quarantined as integer) as n_quarantined,
  cast(totals.n_missing as integer) as n_missing,
  cast(totals.n_held as integer) as n_held_back,
  cast(totals.n_not_applicable as integer) as n_not_applicable,
  totals.scheme_id,
  totals.scheme_fingerprint,
  schemes.policy_document,
  totals.scheme_submission_id,
  submissions.sha256 as scheme_sha256,
  totals.band_lower,
  totals.band_lower_inclusive,
  totals.band_upper,
  totals.band_upper_inclusive,
  reasons.why_zh,
  reasons.why_en
from {{ ref('sco_totals') }} as totals
inner join {{ source('raw', 'register_units') }} as units on units.unit_code = totals.unit_code
inner join {{ ref('val_schemes') }} as schemes on schemes.submission_id = totals.scheme_submission_id and schemes.period = totals.period
inner join {{ source('raw', 'submission') }} as submissions on submissions.submission_id = totals.scheme_submission_id
inner join {{ ref('sco_coverage') }} as coverage on coverage.unit_code = totals.unit_code and coverage.period = totals.period
left join gaps on gaps.unit_code = totals.unit_code and gaps.period = totals.period
inner join reasons on reasons.unit_code = totals.unit_code and reasons.period = totals.period
left join shares on shares.unit_code = totals.unit_code and shares.period = totals.period
left join counted on counted.unit_code = totals.unit_code and counted.period = totals.period
where {{ only_changed('totals.period') }}
