-- What led from one state of a unit to another: one row per source and result, with the share that went over where it is known.
{{ config(materialized='table') }}
select
  events.event_id,
  events.happened,
  events.event_type,
  earlier.unit_key as from_key,
  earlier.unit_code as from_code,
  earlier.name_zh as from_zh,
  later.unit_key as to_key,
  later.unit_code as to_code,
  later.name_zh as to_zh,
  events.share_basis,
  events.share_indicator,
  events.share,
  concat(earlier.name_zh, ' → ', later.name_zh, '：', {{ event_words('events.event_type', 'zh') }},
    case when events.share = 1 then '，全部划入' when events.share is not null then concat('，份额 ', {{ plain('events.share') }})
      when events.share_indicator is not null then concat('，份额按首年', coalesce(names.name_zh, events.share_indicator), '估计') else '，份额待乡镇数据' end,
    case when events.source is null then '' else concat('（', events.source, '）') end) as why_zh,
  concat(earlier.unit_code, ' -> ', later.unit_code, ': ', {{ event_words('events.event_type', 'en') }},
    case when events.share = 1 then ', as a whole' when events.share is not null then concat(', share ', {{ plain('events.share') }})
      when events.share_indicator is not null then concat(', share estimated by ', events.share_indicator, ' of the first year') else ', share unknown until township figures tell it' end) as why_en
from {{ source('raw', 'register_unit_events') }} as events
inner join {{ source('raw', 'register_unit_states') }} as later on later.unit_key = events.to_key
inner join {{ source('raw', 'register_unit_states') }} as earlier on earlier.unit_key = events.from_key
left join {{ source('raw', 'register_indicators') }} as names on names.indicator = events.share_indicator
