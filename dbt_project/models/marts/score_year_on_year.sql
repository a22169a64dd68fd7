-- Each unit's score and rank beside last year's. Scores of two years are comparable only when the scheme judged alike, the peers
-- are the same and the unit is the same; otherwise the code says what changed and the change is left out (score_changes has
-- the effect of each change). Ranks are also given among the constant set: units that were and are in the class. `weight_unchanged_pct`
-- is the share of the class's weight whose indicators are defined as last year, by scheme and by definition.
with totals as (
  select
    totals.*,
    string_agg(totals.unit_code, ' ') over (
      partition by totals.province_code, totals.period, totals.class_id
      order by totals.unit_code rows between unbounded preceding and unbounded following
    ) as peers
  from {{ ref('sco_totals') }} as totals
),

lineage as (
  select unit_code, period, max(case when level = 'department' then 'ORG' else 'REGION' end) as code,
    max(case when is_same then from_unit_code end) as same_unit_code,
    {{ lineage_reason('zh') }} as reason_zh, {{ lineage_reason('en') }} as reason_en
  from {{ ref('val_lineage') }}
  where {{ only_changed('period') }}
  group by unit_code, period
),

-- definitions that are new this year, of reported indicators and of those derived from them
breaks as (
  select indicator, valid_from as period
  from {{ source('raw', 'register_definitions') }}
  where not comparable_with_previous
),

broken as (
  select indicator, period from breaks
  union
  select derived.indicator, breaks.period
  from {{ source('raw', 'register_derived_indicators') }} as derived
  inner join breaks on breaks.indicator in (derived.numerator, derived.denominator) and breaks.period between derived.period_from and coalesce(derived.period_to, 9999)
  union
  select later.indicator, later.period_from
  from {{ source('raw', 'register_derived_indicators') }} as later
  inner join {{ source('raw', 'register_derived_indicators') }} as earlier
    on earlier.indicator = later.indicator and earlier.period_to = later.period_from - 1 and earlier.definition_id <> later.definition_id
),

paired as (
  select
    now.unit_code, now.period, now.province_code, now.class_id, now.class_zh, now.scheme_submission_id, now.total_published, now.grade_zh, now.rank_in_class,
    before.unit_code as previous_unit_code, before.scheme_submission_id as previous_scheme, before.class_id as previous_class_id,
    before.total_published as previous_score, before.grade_zh as previous_grade_zh, before.rank_in_class as previous_rank,
    before.class_id = now.class_id and before.province_code = now.province_code as is_constant,
    lineage.reason_zh as lineage_zh, lineage.reason_en as lineage_en,
    case
      when lineage.code is not null and lineage.same_unit_code is null then lineage.code
      when before.unit_code is null then 'NO_PREVIOUS'
      when now.is_withheld or before.is_withheld then 'NO_GRADE'
      when now.scheme_fingerprint <> before.scheme_fingerprint then 'SCHEME'
      when now.class_id <> before.class_id or now.peers <> before.peers then 'PEER'
      else 'OK'
    end as comparability_code
  from totals as now
  left join lineage on lineage.unit_code = now.unit_code and lineage.period = now.period
  left join totals as before on before.unit_code = coalesce(lineage.same_unit_code, now.unit_code) and before.period = now.period - 1
  where {{ only_changed('now.period') }}
),

constant as (
  select
    unit_code, period,
    rank() over (partition by province_code, period, class_id order by rank_in_class) as rank_constant,
    rank() over (partition by province_code, period, class_id order by previous_rank) as previous_rank_constant,
    count(*) over (partition by province_code, period, class_id) as n_constant
  from paired
  where is_constant and rank_in_class is not null and previous_rank is not null
),

unchanged as (
  select
    paired.unit_code, paired.period,
    sum(case when before.definition = now.definition and broken.indicator is null then now.weight else 0 end) as weight_unchanged,
    sum(now.weight) as weight_all
  from paired
  inner join {{ ref('sco_definitions') }} as now on now.scheme_submission_id = paired.scheme_submission_id and now.class_id = paired.class_id
  left join {{ ref('sco_definitions') }} as before
    on before.scheme_submission_id = paired.previous_scheme and before.class_id = paired.previous_class_id and before.indicator = now.indicator
  left join broken on broken.indicator = now.indicator and broken.period = paired.period
  where paired.previous_unit_code is not null
  group by paired.unit_code, paired.period
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
  cast(constant.rank_constant as integer) as rank_constant,
  cast(constant.previous_rank_constant as integer) as previous_rank_constant,
  cast(constant.n_constant as integer) as n_constant,
  paired.grade_zh,
  paired.previous_grade_zh,
  {{ exact_div('unchanged.weight_unchanged * 100', 'unchanged.weight_all', 4) }} as weight_unchanged_pct,
  paired.comparability_code,
  codes.name_zh as comparability_zh,
  codes.name_en as comparability_en,
  case
    when paired.comparability_code in ('REGION', 'ORG') then paired.lineage_zh
    when paired.comparability_code = 'NO_PREVIOUS' then '上年没有该单位的得分'
    when paired.comparability_code = 'OK' then '两年考评方案和同类单位相同'
    else codes.reason_zh
  end as why_zh,
  case
    when paired.comparability_code in ('REGION', 'ORG') then paired.lineage_en
    when paired.comparability_code = 'NO_PREVIOUS' then 'The unit has no score in the previous year'
    when paired.comparability_code = 'OK' then 'Same scheme and same peers in both years'
    else codes.reason_en
  end as why_en
from paired
inner join {{ ref('comparability_codes') }} as codes on codes.comparability_code = paired.comparability_code
left join constant on constant.unit_code = paired.unit_code and constant.period = paired.period
left join unchanged on unchanged.unit_code = paired.unit_code and unchanged.period = paired.period
