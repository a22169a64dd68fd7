-- From the base total to the grade by threshold: base, bonus (at most the scheme's cap), deductions (at most theirs), bounds, rounding,
-- band, rank inside the class by the published score. The base is the exact sum of the contributions; where a scheme has a tree of its own, the score of its
-- root. Where too little of the scheme is scored (sco_coverage) there is a total, neither grade nor rank. Bounds are the scheme's; the plain form has 0-100 where it names none. A unit listed apart has no rank and is not counted.
with roots as (
  select unit_code, period, scheme_submission_id, score, rank_order
  from {{ ref('sco_nodes') }}
  where is_root and {{ only_changed('period') }}
    and scheme_submission_id in (select nodes.submission_id from {{ ref('stg_scheme_nodes') }} as nodes)
),

totals as (
  select
    scores.unit_code,
    scores.period,
    scores.province_code,
    scores.class_id,
    scores.class_zh,
    scores.scheme_submission_id,
    max(roots.rank_order) as rank_order,
    case when max(roots.rank_order) is null then sum(contributions.contribution_e20) else {{ as_wide('max(roots.score)') }} end as total_e20,
    count(*) as n_indicators,
    count(scores.score) as n_scored,
    sum(case when scores.status = 'MARKED' then 1 else 0 end) as n_marked,
    sum(case when scores.status = 'QUARANTINED' then 1 else 0 end) as n_quarantined,
    sum(case when scores.status in ('MISSING', 'HELD') then 1 else 0 end) as n_missing,
    sum(case when scores.status = 'HELD' then 1 else 0 end) as n_held,
    sum(case when scores.status = 'NOT_APPLICABLE' then 1 else 0 end) as n_not_applicable
  from {{ ref('sco_indicator_scores') }} as scores
  left join {{ ref('sco_contributions') }} as contributions
    on contributions.unit_code = scores.unit_code and contributions.indicator = scores.indicator
    and contributions.period = scores.period
  left join roots
    on roots.scheme_submission_id = scores.scheme_submission_id and roots.unit_code = scores.unit_code and roots.period = scores.period
  where {{ only_changed('scores.period') }}
  group by scores.unit_code, scores.period, scores.province_code, scores.class_id, scores.class_zh, scores.scheme_submission_id
),

provided as (
  select submission_id, max(case when kind = 'bonus' then 1 else 0 end) as with_bonus, max(case when kind = 'deduction' then 1 else 0 end) as with_deduction
  from {{ ref('stg_scheme_adjustments') }}
  where {{ only_changed('period') }}
  group by submission_id
),

earned as (
  select
    unit_code, period,
    sum(case when kind = 'bonus' then counted else 0 end) as bonus_earned,
    sum(case when kind = 'deduction' then counted else 0 end) as deduction_earned
  from {{ ref('sco_adjustments') }}
  where {{ only_changed('period') }}
  group by unit_code, period
),

-- null where the scheme has no such items, so that no step of it is published
adjusted as (
  select
    totals.*,
    schemes.scheme_id,
    schemes.scheme_fingerprint,
    schemes.grade_on,
    schemes.score_decimals,
    schemes.bonus_cap,
    schemes.deduction_cap,
    coalesce(schemes.total_floor, case when rank_order is null then 0 end) as total_floor,
    coalesce(schemes.total_cap, case when rank_order is null then 100 end) as total_cap,
    coalesce(classes.is_separate, false) as is_separate,
    coalesce(coverage.is_withheld, false) as is_withheld,
    case when provided.with_bonus = 1 then cast(coalesce(earned.bonus_earned, 0) as decimal(28, 8)) end as bonus_earned,
    case when provided.with_deduction = 1 then cast(coalesce(earned.deduction_earned, 0) as decimal(28, 8)) end as deduction_earned
  from totals
  inner join {{ ref('val_schemes') }} as schemes
    on schemes.submission_id = totals.scheme_submission_id and schemes.period = totals.period
  left join {{ ref('stg_scheme_classes') }} as classes
    on classes.submission_id = totals.scheme_submission_id and classes.unit_code = totals.unit_code
  left join {{ ref('sco_coverage') }} as coverage on coverage.unit_code = totals.unit_code and coverage.period = totals.period
  left join provided on provided.submission_id = totals.scheme_submission_id
  left join earned on earned.unit_code = totals.unit_code and earned.period = totals.period
),

capped as (
  select
    adjusted.*,
    case when bonus_earned > bonus_cap then bonus_cap else bonus_earned end as bonus,
    case when deduction_earned > deduction_cap then deduction_cap else deduction_earned end as deduction
  from adjusted
),

summed as (
  select capped.*, total_e20 + {{ as_wide('coalesce(bonus, 0) - coalesce(deduction, 0)') }} as adjusted_e20
  from capped
),

bounded as (
  select
    summed.*,
    case when adjusted_e20 < {{ as_wide('total_floor') }} then {{ as_wide('total_floor') }} when adjusted_e20 > {{ as_wide('total_cap') }} then {{ as_wide('total_cap') }} else adjusted_e20 end as clamped_e20
  from summed
),

-- each published with eight places; what is published is rounded from the whole number, not from these
published as (
  select
    bounded.*,
    {{ wide_to_exact('total_e20') }} as total_exact, {{ wide_to_exact('adjusted_e20') }} as total_adjusted, {{ wide_to_exact('clamped_e20') }} as total_clamped,
    {{ wide_half_up_by('clamped_e20', last_place('score_decimals')) }} as total_published
  from bounded
),

graded as (
  select
    published.*,
    case when is_withheld then null when grade_on = 'exact' then total_clamped else total_published end as total_graded,
    case when grade_on = 'exact' then {{ guarded('clamped_e20') }} else {{ as_wide('total_published') }} end as graded_e20,
    rank() over (partition by province_code, period, class_id, is_separate order by case when total_published is null or is_withheld then 1 else 0 end, case when rank_order = 'asc' then -total_published else total_published end desc) as place,
    count(*) over (partition by province_code, period, class_id, is_separate) as n_in_class,
    count(*) over (partition by province_code, period, class_id, is_separate, is_withheld, total_published) as n_tied
  from published
)

select
  graded.unit_code,
  graded.period,
  graded.province_code,
  graded.class_id,
  graded.class_zh,
  graded.scheme_submission_id,
  graded.scheme_id,
  graded.scheme_fingerprint,
  graded.n_indicators,
  graded.n_scored,
  graded.n_marked,
  graded.n_quarantined,
  graded.n_missing,
  graded.n_held,
  graded.n_not_applicable,
  graded.rank_order,
  graded.is_separate,
  graded.is_withheld,
  graded.total_exact,
  graded.bonus_earned,
  graded.bonus_cap,
  graded.bonus,
  graded.deduction_earned,
  graded.deduction_cap,
  graded.deduction,
  graded.total_adjusted,
  graded.total_floor,
  graded.total_cap,
  graded.total_clamped,
  graded.total_published,
  graded.grade_on,
  graded.total_graded,
  bands.grade_code as earned_grade_code,
  bands.grade_zh as earned_grade_zh,
  grades.grade_order as earned_order,
  bands.lower as band_lower,
  bands.lower_inclusive as band_lower_inclusive,
  bands.upper as band_upper,
  bands.upper_inclusive as band_upper_inclusive,
  case when not graded.is_separate and not graded.is_withheld and graded.total_published is not null then cast(graded.place as integer) end as rank_in_class,
  case when not graded.is_separate and not graded.is_withheld and graded.total_published is not null then cast(graded.n_tied as integer) end as n_tied,
  case when not graded.is_separate then cast(graded.n_in_class as integer) end as n_in_class
from graded
left join {{ ref('stg_scheme_bands') }} as bands
  on bands.submission_id = graded.scheme_submission_id and not graded.is_withheld
  and (bands.lower is null or graded.graded_e20 >= {{ guarded_edge('bands.lower', 'bands.lower_inclusive') }})
  and (bands.upper is null or graded.graded_e20 < {{ guarded_edge('bands.upper', 'not bands.upper_inclusive') }})
left join {{ ref('sco_grades') }} as grades on grades.submission_id = graded.scheme_submission_id and grades.grade_code = bands.grade_code
