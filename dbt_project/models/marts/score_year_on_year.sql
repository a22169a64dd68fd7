-- Each unit's score and rank beside last year's. Scores of two years are comparable only when the scheme judged alike and the
-- peers are the same; otherwise the code says what changed and the change is left out.
with totals as (
  select
    totals.*,
    string_agg(totals.unit_code, ' ') over (
      partition by totals.province_code, totals.period, totals.class_id
      order by totals.unit_code rows between unbounded preceding and unbounded following
    ) as peers
  from {{ ref('sco_totals') }} as totals
),

paired as (
  select
    now.unit_code, now.period, now.class_zh, now.total_published, now.grade_zh, now.rank_in_class,
    before.total_published as previous_score, before.grade_zh as previous_grade_zh, before.rank_in_class as previous_rank,
    case
      when before.unit_code is null then 'NO_PREVIOUS'
      when now.scheme_fingerprint <> before.scheme_fingerprint then 'SCHEME'
      when now.class_id <> before.class_id or now.peers <> before.peers then 'PEER'
      else 'OK'
    end as comparability_code
  from totals as now
  left join totals as before on before.unit_code = now.unit_code and before.period = now.period - 1
  where {{ only_changed('now.period') }}
)

select
  paired.unit_code,
  paired.period,
  paired.class_zh,
  paired.total_published as score,
  paired.previous_score,
  case when paired.comparability_code = 'OK' then cast(paired.total_published - paired.previous_score as decimal(28, 8)) end as score_change,
  paired.rank_in_class,
  paired.previous_rank,
  paired.grade_zh,
  paired.previous_grade_zh,
  paired.comparability_code,
  codes.name_zh as comparability_zh,
  codes.name_en as comparability_en,
  case when paired.comparability_code = 'NO_PREVIOUS' then '上年没有该单位的得分' when paired.comparability_code = 'OK' then '两年考评方案和同类单位相同' else codes.reason_zh end as why_zh,
  case when paired.comparability_code = 'NO_PREVIOUS' then 'The unit has no score in the previous year' when paired.comparability_code = 'OK' then 'Same scheme and same peers in both years' else codes.reason_en end as why_en
from paired
inner join {{ ref('comparability_codes') }} as codes on codes.comparability_code = paired.comparability_code
