-- The last word on each unit: score as in sco_sums, grade after threshold, quota and veto. A veto never changes a score, and never
-- raises a grade; of several the hardest holds. A grade that is withheld waits for its figures; only a veto that sets a grade does not wait. Grades beyond the bands (未完成, 取消资格) are named by the veto.
with standing as (
  select submission_id, max(n_grades) as n_grades from {{ ref('sco_grades') }} where {{ only_changed('period') }} group by submission_id
),

placed as (
  select
    sums.*,
    quotas.unit_code is not null as has_quota,
    case when quotas.unit_code is not null then quotas.granted_order else sums.earned_order end as quota_order
  from {{ ref('sco_sums') }} as sums
  left join {{ ref('sco_quotas') }} as quotas on quotas.unit_code = sums.unit_code and quotas.period = sums.period
  where {{ only_changed('sums.period') }}
),

weighed as (
  select
    vetoes.unit_code, vetoes.period, vetoes.veto, vetoes.effect_order, vetoes.grade_code, vetoes.grade_zh, vetoes.claw_back,
    coalesce(vetoes.effect_order, least(placed.quota_order + vetoes.levels, standing.n_grades)) as bound_order
  from {{ ref('sco_vetoes') }} as vetoes
  inner join placed on placed.unit_code = vetoes.unit_code and placed.period = vetoes.period
  left join standing on standing.submission_id = vetoes.scheme_submission_id
  where {{ only_changed('vetoes.period') }} and (not placed.is_withheld or vetoes.effect in ('grade_set', 'disqualify'))
),

hardest as (
  select
    weighed.*,
    row_number() over (partition by unit_code, period order by bound_order desc nulls last, veto, grade_code) as choice,
    max(case when claw_back then 1 else 0 end) over (partition by unit_code, period) as takes_back
  from weighed
),

settled as (
  select
    placed.*,
    hardest.unit_code is not null as is_vetoed,
    coalesce(hardest.takes_back, 0) = 1 as claw_back,
    case when hardest.bound_order > coalesce(placed.quota_order, 0) then hardest.bound_order end as veto_order,
    hardest.grade_code as veto_grade_code,
    hardest.grade_zh as veto_grade_zh
  from placed
  left join hardest on hardest.unit_code = placed.unit_code and hardest.period = placed.period and hardest.choice = 1
)

select
  settled.unit_code,
  settled.period,
  settled.province_code,
  settled.class_id,
  settled.class_zh,
  settled.scheme_submission_id,
  settled.scheme_id,
  settled.scheme_fingerprint,
  settled.n_indicators,
  settled.n_scored,
  settled.n_marked,
  settled.n_quarantined,
  settled.n_missing,
  settled.n_held,
  settled.n_not_applicable,
  settled.is_separate,
  settled.is_withheld,
  settled.total_exact,
  settled.bonus,
  settled.deduction,
  settled.total_adjusted,
  settled.total_clamped,
  settled.total_published,
  settled.grade_on,
  settled.total_graded,
  settled.earned_grade_code,
  settled.earned_grade_zh,
  settled.has_quota,
  granted.grade_code as quota_grade_code,
  granted.grade_zh as quota_grade_zh,
  settled.is_vetoed,
  settled.claw_back,
  case when settled.veto_order is null then granted.grade_code else coalesce(lowered.grade_code, settled.veto_grade_code) end as grade_code,
  case when settled.veto_order is null and settled.is_withheld then '暂不定档' when settled.veto_order is null then granted.grade_zh else coalesce(lowered.grade_zh, settled.veto_grade_zh) end as grade_zh,
  settled.band_lower,
  settled.band_lower_inclusive,
  settled.band_upper,
  settled.band_upper_inclusive,
  settled.rank_in_class,
  settled.n_tied,
  settled.n_in_class
from settled
left join {{ ref('sco_grades') }} as granted
  on granted.submission_id = settled.scheme_submission_id and granted.grade_order = settled.quota_order
left join {{ ref('sco_grades') }} as lowered
  on lowered.submission_id = settled.scheme_submission_id and lowered.grade_order = settled.veto_order
