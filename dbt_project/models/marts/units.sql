-- Units in all their states: one row per unit and run of years in which its name, code, level and territory stayed the same.
{{ config(materialized='table') }}
with events as (
  select events.*, later.name_zh as to_name_zh, later.name_en as to_name_en, later.unit_code as to_code, earlier.name_zh as from_name_zh, earlier.name_en as from_name_en, earlier.unit_code as from_code
  from {{ source('raw', 'register_unit_events') }} as events
  inner join {{ source('raw', 'register_unit_states') }} as later on later.unit_key = events.to_key
  inner join {{ source('raw', 'register_unit_states') }} as earlier on earlier.unit_key = events.from_key
),

begun as (
  select to_key, {{ event_list('from', 'zh') }} as words_zh, {{ event_list('from', 'en') }} as words_en
  from events group by to_key
),

ended as (
  select from_key, {{ event_list('to', 'zh') }} as words_zh, {{ event_list('to', 'en') }} as words_en, string_agg(to_code, ' ' order by to_code) as codes
  from events group by from_key
),

below as (
  select parents.unit_key, count(*) as n_children
  from {{ source('raw', 'register_unit_states') }} as parents
  inner join {{ source('raw', 'register_unit_states') }} as children
    on children.parent_code = parents.unit_code and children.level <> 'department'
    and coalesce(parents.valid_to, 9999) between coalesce(children.valid_from, 0) and coalesce(children.valid_to, 9999)
  group by parents.unit_key
)

select
  states.unit_key,
  states.unit_code,
  states.name_zh,
  states.name_en,
  states.level,
  states.parent_code,
  states.valid_from,
  states.valid_to,
  cast(coalesce(below.n_children, 0) as integer) as n_children,
  begun.words_zh as came_from_zh,
  ended.words_zh as became_zh,
  ended.codes as successor_codes,
  case
    when states.valid_to is null then '现行'
    else concat(states.valid_to, ' 年末起不再适用，后继：', coalesce(ended.words_zh, '未登记'))
  end as why_zh,
  case when states.valid_to is null then 'In force' else concat('Not in force after the end of ', states.valid_to, '; successor = ', coalesce(ended.words_en, 'not registered')) end as why_en
from {{ source('raw', 'register_unit_states') }} as states
left join begun on begun.to_key = states.unit_key
left join ended on ended.from_key = states.unit_key
left join below on below.unit_key = states.unit_key
