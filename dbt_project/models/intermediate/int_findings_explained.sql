-- Each open finding once, with what explains it (`suppressed_by`): a ruling or a visit, a break of definition, a change of territory, or a
-- wrong year beside it. The rule says which of these can explain it (`explained_by`).
{# an event explains what it can explain: a figure off by more than half is asked about all the same #}
{% set most_explained = 0.5 %}
with breaks as (
  select
    indicator, valid_from as period, min(code) as code,
    min(coalesce(reason_zh, definition_zh)) as reason_zh, min(coalesce(reason_en, definition_en)) as reason_en
  from {{ source('raw', 'register_definitions') }}
  where not comparable_with_previous
  group by indicator, valid_from
),

-- years that the years on both sides contradict: their neighbours rightly differ from them
wrong_years as (
  select unit_code, indicator, period, min(rule_code) as rule_code, max(evidence) as evidence
  from {{ ref('int_findings_open') }}
  where role = 'wrong_year'
  group by unit_code, indicator, period
),

beside as (
  select
    findings.*,
    findings.explained_by like '%break%' and coalesce(findings.error_rate, 0) <= {{ most_explained }} as by_break,
    findings.explained_by like '%neighbour%' and wrong_now.period is null as by_neighbour,
    break_now.period as break_now, break_now.code as break_now_code, break_next.period as break_next, break_next.code as break_next_code,
    units.valid_from = findings.period or units.valid_to = findings.period as is_boundary,
    wrong_last.period as wrong_last, wrong_last.rule_code as wrong_last_rule, wrong_last.evidence as wrong_last_evidence,
    wrong_next.period as wrong_next, wrong_next.rule_code as wrong_next_rule, wrong_next.evidence as wrong_next_evidence,
    case when break_now.period is not null then break_now.reason_zh else break_next.reason_zh end as break_zh,
    case when break_now.period is not null then break_now.reason_en else break_next.reason_en end as break_en
  from {{ ref('int_findings_open') }} as findings
  left join breaks as break_now on break_now.indicator = findings.indicator and break_now.period = findings.period
  left join breaks as break_next on break_next.indicator = findings.indicator and break_next.period = findings.period + 1
  left join {{ source('raw', 'register_units') }} as units on units.unit_code = findings.unit_code
  left join wrong_years as wrong_now
    on wrong_now.unit_code = findings.unit_code and wrong_now.indicator = findings.indicator and wrong_now.period = findings.period
  left join wrong_years as wrong_last
    on wrong_last.unit_code = findings.unit_code and wrong_last.indicator = findings.indicator and wrong_last.period = findings.period - 1
  left join wrong_years as wrong_next
    on wrong_next.unit_code = findings.unit_code and wrong_next.indicator = findings.indicator and wrong_next.period = findings.period + 1
  where findings.preference = 1
)

select
  beside.*,
  case
    when silenced_by is not null then silenced_by
    when by_break and break_now is not null then concat('definition:', break_now_code, ':', cast(break_now as varchar))
    when by_break and break_next is not null then concat('definition:', break_next_code, ':', cast(break_next as varchar))
    when by_break and is_boundary then concat('boundary:', unit_code, ':', cast(period as varchar))
    when by_neighbour and wrong_last_evidence > evidence then concat('neighbour:', wrong_last_rule, ':', cast(wrong_last as varchar))
    when by_neighbour and wrong_next_evidence > evidence then concat('neighbour:', wrong_next_rule, ':', cast(wrong_next as varchar))
  end as suppressed_by
from beside
