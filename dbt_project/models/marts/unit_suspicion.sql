-- How much is open about each assessed unit and each provider, with its parts. One row per unit and per provider.
-- Evidence of cells is added only where it goes beyond what chance gives (1.5, about one cell in thirty); the count of such cells
-- is held against what all others have, and that has its own false discovery rate: unit evidence stays at unit level.
{{ config(materialized='table') }}
{% set beyond_chance = 1.5 %}
with cells as (
  select unit_code, provider_id, indicator, period, max(score) as score, min(rank) as rank
  from {{ ref('findings') }}
  group by unit_code, provider_id, indicator, period
),

subjects as (
  select 'unit' as subject_kind, unit_code as subject, indicator, period, score, rank from cells
  union all
  select 'provider' as subject_kind, provider_id as subject, indicator, period, score, rank from cells
),

figures as (
  select figures.unit_code, figures.provider_id, count(*) as n
  from {{ ref('stg_figures') }} as figures
  inner join {{ ref('val_returns') }} as returns on returns.submission_id = figures.submission_id and returns.is_in_force
  where figures.value is not null and figures.unit_code is not null
  group by figures.unit_code, figures.provider_id
),

tested as (
  select 'unit' as subject_kind, unit_code as subject, sum(n) as n_tested from figures group by unit_code
  union all
  select 'provider' as subject_kind, provider_id as subject, sum(n) as n_tested from figures group by provider_id
),

ordered as (
  select subjects.*, coalesce(names.name_zh, subjects.indicator) as indicator_zh, row_number() over (partition by subject_kind, subject order by rank) as place
  from subjects
  left join {{ source('raw', 'register_indicators') }} as names on names.indicator = subjects.indicator
),

summed as (
  select
    subject_kind, subject,
    {{ of_ascending('sum', ascending('greatest(score - ' ~ beyond_chance ~ ', 0)')) }} as score,
    count(*) as n_cells,
    sum(case when score >= {{ beyond_chance }} then 1 else 0 end) as n_beyond,
    string_agg(case when place <= 5 then concat(indicator, ' ', cast(period as varchar), ' ', cast(round(score, 1) as varchar)) end, '; ' order by place) as parts,
    string_agg(case when place <= 5 then concat(indicator_zh, ' ', cast(period as varchar), ' 年（', cast(round(score, 1) as varchar), '）') end, '、' order by place) as parts_zh
  from ordered
  group by subject_kind, subject
),

together as (
  select
    tested.subject_kind, tested.subject, tested.n_tested,
    coalesce(summed.score, 0) as score, coalesce(summed.n_cells, 0) as n_cells, coalesce(summed.n_beyond, 0) as n_beyond, summed.parts, summed.parts_zh,
    sum(coalesce(summed.n_beyond, 0)) over (partition by tested.subject_kind) as all_beyond,
    sum(tested.n_tested) over (partition by tested.subject_kind) as all_tested
  from tested
  left join summed on summed.subject_kind = tested.subject_kind and summed.subject = tested.subject
),

-- how many more such cells than the others have, in standard deviations of a count; its rarity with a heavy tail
judged as (
  select together.*,
    (n_beyond - n_tested * (all_beyond - n_beyond + 1.0) / (all_tested - n_tested + 1.0))
      / sqrt(n_tested * (all_beyond - n_beyond + 1.0) / (all_tested - n_tested + 1.0) + 1.0) as excess
  from together
),

rated as (
  select judged.*,
    case when excess > 0 then 1 / (1 + excess * excess) else 1.0 end as p,
    count(*) over (partition by subject_kind order by excess desc range between unbounded preceding and current row) as place,
    count(*) over (partition by subject_kind) as n_subjects
  from judged
)

select
  subject_kind,
  subject,
  coalesce(units.name_zh, providers.name_zh, subject) as subject_zh,
  cast(rank() over (partition by subject_kind order by rated.score desc, subject) as integer) as rank,
  cast(round(rated.score, 4) as decimal(18, 4)) as score,
  cast(n_tested as integer) as n_tested,
  cast(n_cells as integer) as n_cells,
  cast(n_beyond as integer) as n_beyond,
  cast(round(excess, 2) as decimal(9, 2)) as excess,
  cast(round(min(least(1.0, p * n_subjects / place)) over (partition by subject_kind order by excess range between unbounded preceding and current row), 6) as decimal(9, 6)) as q_value,
  parts,
  concat('检验 ', {{ plain('n_tested') }}, ' 个数，其中 ', cast(n_beyond as varchar), ' 个超出偶然波动', coalesce(concat('；疑点得分较高的有：', parts_zh), ''), '。仅供安排核验次序，不是结论。') as why_zh,
  concat(cast(n_tested as varchar), ' figures tested, ', cast(n_beyond as varchar), ' beyond chance', coalesce(concat(': ', parts), ''), '. An order of verification, no conclusion.') as why_en
from rated
left join {{ source('raw', 'register_units') }} as units on rated.subject_kind = 'unit' and units.unit_code = rated.subject
left join {{ source('raw', 'register_provider') }} as providers on rated.subject_kind = 'provider' and providers.provider_id = rated.subject
