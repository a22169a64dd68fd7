-- Grades under quotas (名额): from the best grade down, each takes the best of those still waiting, as far as its places go. Only for
-- schemes with quotas, and only units that have a grade to come and are not listed apart. A promotion (专项晋等) lifts its unit into a grade
-- without taking a place. At the edge a tie goes all in, none in, or to the tie-break indicators; what these cannot part stays out.
{%- set most_grades = var('most_grades') %}
{%- set most_tiebreaks = var('most_tiebreaks') %}
with ranked as (
  select
    sums.unit_code, sums.period, sums.class_id, sums.scheme_submission_id, sums.earned_order,
    case when sums.rank_order = 'asc' then -sums.total_published else sums.total_published end as merit
  from {{ ref('sco_sums') }} as sums
  where {{ only_changed('sums.period') }} and not sums.is_separate and not sums.is_withheld and sums.total_published is not null
    and sums.scheme_submission_id in (select quotas.submission_id from {{ ref('stg_scheme_quotas') }} as quotas)
),

promotions as (
  select adjustments.unit_code, adjustments.period, min(grades.grade_order) as promoted_order, string_agg(adjustments.documents, '；' order by adjustments.adjustment) as documents
  from {{ ref('sco_adjustments') }} as adjustments
  inner join {{ ref('sco_grades') }} as grades on grades.submission_id = adjustments.scheme_submission_id and grades.grade_code = adjustments.grade_code
  where adjustments.kind = 'promotion' and {{ only_changed('adjustments.period') }}
  group by adjustments.unit_code, adjustments.period
),

barred as (
  select unit_code, period, max(coalesce(effect_order, {{ most_grades + 1 }})) as barred_above
  from {{ ref('sco_vetoes') }}
  where {{ only_changed('period') }}
  group by unit_code, period
),

-- the quota of each grade for each unit: a class's own goes before the general one
matched as (
  select
    ranked.unit_code, ranked.period, ranked.scheme_submission_id, grades.grade_order, grades.grade_code, grades.grade_zh, quotas.number, quotas.share,
    coalesce(quotas.rounding, 'floor') as rounding, coalesce(quotas.ties, 'none_in') as ties, quotas.tiebreak,
    coalesce(quotas.needs_threshold, true) as needs_threshold, coalesce(quotas.passes_on, false) as passes_on,
    case when quotas.scope = 'all' then '' else ranked.class_id end as peer_scope,
    row_number() over (
      partition by ranked.unit_code, ranked.period, grades.grade_order order by case when quotas.class_id is null then 1 else 0 end, quotas.row_no
    ) as choice
  from ranked
  inner join {{ ref('stg_scheme_quotas') }} as quotas
    on quotas.submission_id = ranked.scheme_submission_id and (quotas.class_id is null or quotas.class_id = ranked.class_id)
  inner join {{ ref('sco_grades') }} as grades on grades.submission_id = quotas.submission_id and grades.grade_code = quotas.grade
),

counted as (
  select matched.*, count(*) over (partition by scheme_submission_id, period, grade_order, peer_scope) as n_ranked
  from matched
  where choice = 1
),

shared as (
  select counted.*, coalesce(cast(number as decimal(28, 8)), {{ exact_div('share * n_ranked', '100', 8) }}) as share_exact
  from counted
),

offered as (
  select
    shared.*,
    cast(case rounding when 'ceil' then ceil(share_exact) when 'half_up' then {{ half_up('share_exact', 0) }} else floor(share_exact) end as integer) as places
  from shared
),

tie_scores as (
  select
    offered.unit_code, offered.period, offered.grade_order
    {%- for n in range(1, most_tiebreaks + 1) %},
    max(case when scores.indicator = trim(split_part(offered.tiebreak, ';', {{ n }})) then case when scores.score is null then 0 else scores.score end end) as tie_{{ n }}
    {%- endfor %}
  from offered
  inner join {{ ref('sco_indicator_scores') }} as scores
    on scores.scheme_submission_id = offered.scheme_submission_id and scores.unit_code = offered.unit_code and scores.period = offered.period
  where offered.ties = 'tiebreak' and {{ only_changed('scores.period') }}
  group by offered.unit_code, offered.period, offered.grade_order
),

waiting_1 as (
  select
    ranked.*, promotions.promoted_order, promotions.documents, coalesce(barred.barred_above, 0) as barred_above,
    cast('' as {{ dbt.type_string() }}) as said_zh, cast('' as {{ dbt.type_string() }}) as said_en
  from ranked
  left join promotions on promotions.unit_code = ranked.unit_code and promotions.period = ranked.period
  left join barred on barred.unit_code = ranked.unit_code and barred.period = ranked.period
)

{%- for level in range(1, most_grades + 1) %},

{{ quota_level(level, most_tiebreaks) }}
{%- endfor %},

granted as (
  {%- for level in range(1, most_grades + 1) %}
  {% if not loop.first %}union all {% endif %}select unit_code, period, scheme_submission_id, {{ level }} as granted_order, granted_by, places, place, said_zh, said_en from admitted_{{ level }} where granted_by is not null
  {%- endfor %}
  union all
  select unit_code, period, scheme_submission_id, null, null, null, null, said_zh, said_en from waiting_{{ most_grades + 1 }}
)

select
  granted.unit_code, granted.period, granted.scheme_submission_id, cast(granted.granted_order as integer) as granted_order, granted.granted_by,
  cast(granted.places as integer) as places, cast(granted.place as integer) as place,
  grades.grade_code, grades.grade_zh, granted.said_zh, granted.said_en
from granted
left join {{ ref('sco_grades') }} as grades on grades.submission_id = granted.scheme_submission_id and grades.grade_order = granted.granted_order
