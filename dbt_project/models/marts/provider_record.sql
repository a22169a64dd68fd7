-- A provider's record: in time, complete, right at the first pass, answered. A row per assessment year, and one over all of them.
-- Forms that are not yet due count nowhere. In time means: something came by the deadline, figures or a nil return.
-- Written anew each night: the row over all years changes with any of them, and there are few.
{{ config(materialized='table') }}
with forms as (
  select
    quality.provider_id, quality.provider_zh, quality.provider_en, quality.period, quality.n_owed, quality.n_reported,
    quality.timeliness, quality.first_pass, quality.n_returns,
    case when quality.timeliness = 'LATE' or deadlines.is_late then 1 else 0 end as is_late
  from {{ ref('provider_quality') }} as quality
  left join {{ ref('provider_deadlines') }} as deadlines
    on deadlines.provider_id = quality.provider_id and deadlines.form_id = quality.form_id and deadlines.period = quality.period
  where quality.timeliness <> 'NOT_YET_DUE'
),

replies as (
  select
    provider_id, period,
    count(*) as n_answers,
    count(case when choice = '更正' then 1 end) as n_corrections,
    count(case when choice = '说明' then 1 end) as n_explanations,
    count(case when choice = '说明' and state = 'ACCEPTED' then 1 end) as n_explanations_upheld,
    count(case when choice = '申请豁免' then 1 end) as n_exemptions_asked
  from {{ ref('answers') }}
  where state <> 'NOT_YOURS'
  group by provider_id, period
),

yearly as (
  select
    provider_id, min(provider_zh) as provider_zh, min(provider_en) as provider_en, period,
    count(*) as n_due,
    count(case when timeliness in ('ON_TIME', 'NIL') and is_late = 0 then 1 end) as n_on_time,
    count(case when is_late = 1 then 1 end) as n_late,
    count(case when timeliness = 'NIL' then 1 end) as n_nil,
    count(case when timeliness = 'NO_RETURN' then 1 end) as n_missing,
    sum(n_owed) as n_cells_owed,
    sum(n_reported) as n_cells_reported,
    count(case when n_returns > 0 then 1 end) as n_first,
    count(case when first_pass then 1 end) as n_first_pass
  from forms
  group by provider_id, period
),

spans as (
  select
    yearly.*, 'year' as span, yearly.period as period_from, yearly.period as period_to,
    coalesce(replies.n_answers, 0) as n_answers, coalesce(replies.n_corrections, 0) as n_corrections,
    coalesce(replies.n_explanations, 0) as n_explanations, coalesce(replies.n_explanations_upheld, 0) as n_explanations_upheld,
    coalesce(replies.n_exemptions_asked, 0) as n_exemptions_asked
  from yearly
  left join replies on replies.provider_id = yearly.provider_id and replies.period = yearly.period
),

{% set counts = ['n_due', 'n_on_time', 'n_late', 'n_nil', 'n_missing', 'n_cells_owed', 'n_cells_reported', 'n_first', 'n_first_pass',
  'n_answers', 'n_corrections', 'n_explanations', 'n_explanations_upheld', 'n_exemptions_asked'] %}
all_spans as (
  select provider_id, provider_zh, provider_en, span, period_from, period_to, {{ counts | join(', ') }}
  from spans
  union all
  select provider_id, min(provider_zh), min(provider_en), 'all', min(period_from), max(period_to)
    {%- for count in counts %}, sum({{ count }}){% endfor %}
  from spans
  group by provider_id
),

shares as (
  select
    all_spans.*,
    {{ exact_div('n_on_time * 100', 'n_due', 2) }} as timeliness_pct,
    {{ exact_div('n_cells_reported * 100', 'n_cells_owed', 2) }} as completeness_pct,
    {{ exact_div('n_first_pass * 100', 'n_first', 2) }} as first_pass_pct,
    {{ exact_div('n_explanations_upheld * 100', 'n_explanations', 2) }} as explanations_upheld_pct
  from all_spans
),

changes as (
  select
    shares.*,
    cast(shares.timeliness_pct - before.timeliness_pct as decimal(28, 8)) as timeliness_change,
    cast(shares.completeness_pct - before.completeness_pct as decimal(28, 8)) as completeness_change,
    cast(shares.first_pass_pct - before.first_pass_pct as decimal(28, 8)) as first_pass_change
  from shares
  left join shares as before
    on before.provider_id = shares.provider_id and before.span = 'year' and shares.span = 'year' and before.period_from = shares.period_from - 1
)

select
  provider_id,
  provider_zh,
  provider_en,
  span,
  cast(period_from as integer) as period_from,
  cast(period_to as integer) as period_to,
  {% for count in counts %}cast({{ count }} as integer) as {{ count }},
  {% endfor -%}
  timeliness_pct,
  completeness_pct,
  first_pass_pct,
  explanations_upheld_pct,
  timeliness_change,
  completeness_change,
  first_pass_change,
  concat('应报 ', cast(n_due as varchar), ' 份：按时 ', cast(n_on_time as varchar), '，迟报 ', cast(n_late as varchar), '，未报 ', cast(n_missing as varchar),
    '，零报告 ', cast(n_nil as varchar), '；完整率 ', coalesce({{ plain('completeness_pct') }}, '—'), '%；首次通过 ', cast(n_first_pass as varchar), '/', cast(n_first as varchar),
    case when n_explanations > 0 then concat('；说明 ', cast(n_explanations as varchar), ' 条，采纳 ', cast(n_explanations_upheld as varchar)) else '' end) as why_zh,
  concat(cast(n_due as varchar), ' returns due: ', cast(n_on_time as varchar), ' in time, ', cast(n_late as varchar), ' late, ', cast(n_missing as varchar), ' missing, ',
    cast(n_nil as varchar), ' nil; ', coalesce({{ plain('completeness_pct') }}, '-'), '% complete; right at the first pass ', cast(n_first_pass as varchar), '/', cast(n_first as varchar),
    case when n_explanations > 0 then concat('; ', cast(n_explanations as varchar), ' explanations, ', cast(n_explanations_upheld as varchar), ' upheld') else '' end) as why_en
from changes
