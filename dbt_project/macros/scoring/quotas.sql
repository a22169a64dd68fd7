{#
  One grade of a scheme with quotas: `waiting_n` in, `admitted_n` with its verdict, `waiting_n+1` out. Without a quota the grade is
  earned by its threshold; with one units are ordered by merit and tie-breaks, and the first get the places.
#}
{% macro quota_level(level, most_tiebreaks) -%}
{%- set ties = [] -%}
{%- for n in range(1, most_tiebreaks + 1) %}{% do ties.append('tie_' ~ n) %}{% endfor -%}
candidates_{{ level }} as (
  select
    waiting.*, offered.grade_code, offered.grade_zh, offered.places, offered.ties, offered.peer_scope, offered.n_ranked,
    coalesce(offered.passes_on, false) and waiting.barred_above > {{ level }} as is_barred,
    case
      when coalesce(offered.needs_threshold, true) and coalesce(waiting.earned_order > {{ level }}, true) then false
      else not (coalesce(offered.passes_on, false) and waiting.barred_above > {{ level }})
    end as is_eligible,
    {{ ties | join(', ') }}
  from waiting_{{ level }} as waiting
  left join offered on offered.unit_code = waiting.unit_code and offered.period = waiting.period and offered.grade_order = {{ level }}
  left join tie_scores on tie_scores.unit_code = waiting.unit_code and tie_scores.period = waiting.period and tie_scores.grade_order = {{ level }}
),

lined_up_{{ level }} as (
  select
    candidates.*,
    rank() over (partition by scheme_submission_id, period, peer_scope, is_eligible order by merit desc{% for tie in ties %}, {{ tie }} desc nulls last{% endfor %}) as place,
    count(*) over (partition by scheme_submission_id, period, peer_scope, is_eligible, merit, {{ ties | join(', ') }}) as n_tied
  from candidates_{{ level }} as candidates
),

judged_{{ level }} as (
  select
    lined_up.*,
    case
      when places is null and is_eligible then 'threshold'
      when is_eligible and case when ties = 'all_in' then place <= places else place + n_tied - 1 <= places end then 'quota'
      when promoted_order <= {{ level }} then 'promotion'
    end as granted_by
  from lined_up_{{ level }} as lined_up
),

admitted_{{ level }} as (
  select
    unit_code, period, scheme_submission_id, class_id, earned_order, merit, promoted_order, documents, barred_above, granted_by, places, place,
    concat(said_zh, {{ quota_reason('zh') }}) as said_zh,
    concat(said_en, {{ quota_reason('en') }}) as said_en
  from judged_{{ level }}
),

waiting_{{ level + 1 }} as (
  select unit_code, period, class_id, scheme_submission_id, earned_order, merit, promoted_order, documents, barred_above, said_zh, said_en
  from admitted_{{ level }}
  where granted_by is null
)
{%- endmacro %}
