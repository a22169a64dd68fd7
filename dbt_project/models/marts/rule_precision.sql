-- How often each rule version is right: findings raised, and what rulings, visits and providers made of them.
--   upheld     ruled or found untrue, or the provider mended the figure
--   decided    upheld, cleared or accepted; an exemption decides nothing about the rule
--   precision  upheld over decided, with Wilson's score interval (1927); upheld over raised beside it, which pending findings hold down
{{ config(materialized='table') }}
with counts as (
  select
    rule_code, rule_version,
    count(*) as n_raised,
    sum(case when answer_id is not null then 1 else 0 end) as n_answered,
    sum(case when outcome = 'UPHELD' then 1 else 0 end) as n_upheld,
    sum(case when outcome = 'CORRECTED' then 1 else 0 end) as n_corrected,
    sum(case when outcome = 'CLEARED' then 1 else 0 end) as n_cleared,
    sum(case when outcome = 'ACCEPTED' then 1 else 0 end) as n_accepted,
    sum(case when outcome = 'WAIVED' then 1 else 0 end) as n_waived,
    sum(case when outcome is null then 1 else 0 end) as n_pending,
    sum(case when outcome in ('UPHELD', 'CORRECTED') then 1 else 0 end) as n_right,
    sum(case when outcome in ('UPHELD', 'CORRECTED', 'CLEARED', 'ACCEPTED') then 1 else 0 end) as n_decided
  from {{ ref('finding_states') }}
  group by rule_code, rule_version
),

measured as (
  select
    counts.*,
    cast(n_right as double) as u,
    cast(n_decided as double) as n,
    {{ verification('normal_quantile') }} as z,
    n_decided >= {{ verification('least_decided') }} as is_enough
  from counts
)

select
  measured.rule_code,
  cast(measured.rule_version as integer) as rule_version,
  rules.title_zh,
  rules.title_en,
  rules.severity,
  cast(n_raised as integer) as n_raised,
  cast(n_answered as integer) as n_answered,
  cast(n_upheld as integer) as n_upheld,
  cast(n_corrected as integer) as n_corrected,
  cast(n_cleared as integer) as n_cleared,
  cast(n_accepted as integer) as n_accepted,
  cast(n_waived as integer) as n_waived,
  cast(n_pending as integer) as n_pending,
  {{ exact_div('n_right', 'n_raised', 4) }} as upheld_of_raised,
  case when is_enough then 'OK' else 'TOO_FEW' end as code,
  case when is_enough then {{ exact_div('n_right', 'n_decided', 4) }} end as precision_decided,
  case when is_enough then cast(round((u + z * z / 2 - z * sqrt(u * (n - u) / n + z * z / 4)) / (n + z * z), 4) as decimal(9, 4)) end as precision_low,
  case when is_enough then cast(round((u + z * z / 2 + z * sqrt(u * (n - u) / n + z * z / 4)) / (n + z * z), 4) as decimal(9, 4)) end as precision_high,
  concat('提出 ', {{ plain('n_raised') }}, ' 条，成立 ', {{ plain('n_right') }}, ' 条（其中单位自行更正 ', {{ plain('n_corrected') }}, ' 条），未决 ', {{ plain('n_pending') }}, ' 条',
    case when is_enough then '' else '；已决数量不足，不计查准率' end) as why_zh,
  concat(cast(n_raised as varchar), ' raised, ', cast(n_right as varchar), ' upheld (', cast(n_corrected as varchar), ' mended by the provider), ', cast(n_pending as varchar), ' pending',
    case when is_enough then '' else '; too few decided for a precision' end) as why_en
from measured
left join {{ source('raw', 'register_rule') }} as rules on rules.rule_code = measured.rule_code
