-- One row per assessed unit and period: score, rank, grade, and what the grade rests on (定档有依据): its threshold, and where the
-- scheme knows them its quotas and vetoes.
with reasons as (
  select unit_code, period, string_agg(reason_zh, '；' order by step_no) as why_zh, string_agg(reason_en, '; ' order by step_no) as why_en
  from {{ ref('sco_steps') }}
  where step_kind in ('grade', 'quota', 'veto') and {{ only_changed('period') }}
  group by unit_code, period
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
where {{ only_changed('totals.period') }}
