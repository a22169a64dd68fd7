-- Totals crowded just above a grade's lower edge: per province, year and edge, how many units lie within `width` points above it and
-- how many below, and how rare so uneven a split is if either side were as likely. One row per edge, those with too few units too.
-- A hint for inspectors: true effort, and bands drawn with the results in hand, crowd as well. Written anew each night.
{{ config(materialized='table') }}
{% set width = 2 %}
{% set least_near = 8 %}
with edges as (
  select distinct totals.province_code, totals.period, bands.grade_code, bands.grade_zh, bands.lower as edge, bands.lower_inclusive
  from {{ ref('sco_totals') }} as totals
  inner join {{ ref('stg_scheme_bands') }} as bands on bands.submission_id = totals.scheme_submission_id
  where bands.lower is not null
),

near as (
  select
    edges.province_code, edges.period, edges.grade_code, edges.grade_zh, edges.edge,
    count(case when totals.total_graded > edges.edge or (edges.lower_inclusive and totals.total_graded = edges.edge) then 1 end) as n_above,
    count(totals.total_graded) as n_near
  from edges
  left join {{ ref('sco_totals') }} as totals
    on totals.province_code = edges.province_code and totals.period = edges.period
    and totals.total_graded >= edges.edge - {{ width }} and totals.total_graded < edges.edge + {{ width }}
  group by edges.province_code, edges.period, edges.grade_code, edges.grade_zh, edges.edge, edges.lower_inclusive
),

-- the half-corrected normal approximation of the binomial, in standard deviations
measured as (
  select near.*, case when n_near >= {{ least_near }} then (2.0 * n_above - n_near - 1) / sqrt(cast(n_near as double)) end as excess
  from near
)

select
  province_code,
  period,
  grade_code,
  grade_zh,
  cast(edge as decimal(18, 8)) as edge,
  cast(n_above as integer) as n_above,
  cast(n_near - n_above as integer) as n_below,
  cast(round(excess, 2) as decimal(9, 2)) as excess,
  case when n_near < {{ least_near }} then 'TOO_FEW_POINTS' when excess > 2.33 then 'NEEDS_REVIEW' else 'PASS' end as outcome,
  concat(grade_zh, '下限 ', cast(cast(edge as decimal(9, 2)) as varchar), ' 分上下 {{ width }} 分以内有 ', cast(n_near as varchar), ' 个单位，其中高于下限 ', cast(n_above as varchar), ' 个',
    case when n_near < {{ least_near }} then '；不足 {{ least_near }} 个，不作判断' when excess > 2.33 then '；明显多于低于下限的，核查时请优先查看刚过线的单位' else '' end, '。') as why_zh,
  concat(cast(n_near as varchar), ' units within {{ width }} points of the edge ', cast(cast(edge as decimal(9, 2)) as varchar), ', ', cast(n_above as varchar), ' above',
    case when n_near < {{ least_near }} then '; fewer than {{ least_near }}, not judged' when excess > 2.33 then '; far more than below, look at those just above first' else '' end, '.') as why_en
from measured
