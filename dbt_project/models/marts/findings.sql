-- Open suspicions (疑点) in the order in which to look at them: one row per cell and rule, strongest cell first.
-- A cell's score adds what rests on different things (own years, arithmetic, other figures, digits, copies …) and takes the
-- strongest of what rests on the same, so that repetition does not count and corroboration does.
-- A hit that a ruling or a visit has ended, or a registered event or a wrong year beside it explains, is kept, adds nothing, says so, and comes last.
-- A hit shared by most of a column is one matter (a header, a unit): its cells share the evidence among them.
-- A hit that names several figures of a row (an identity that does not hold) cannot tell which is wrong: it counts in full for the
-- one furthest off its own prediction, by half for its innocent siblings.
-- Only returns in force are asked about. Written anew each night: ranks reach every period.
{{ config(materialized='table') }}
{% set column_share = 0.6 %}
{% set column_cells = 3 %}
{% set sibling_share = 0.5 %}
-- an event explains what it can explain: a figure off by more than half is asked about all the same
{% set most_explained = 0.5 %}
with open_hits as (
  select
    hits.*, rules.rests_on, rules.level as rule_level, rules.family, rules.title_zh, rules.title_en, rules.explained_by,
    row_number() over (partition by hits.unit_code, hits.indicator, hits.period, hits.rule_code order by hits.evidence desc, hits.submission_id, hits.cell) as preference
  from {{ ref('val_ruled_hits') }} as hits
  inner join {{ ref('val_returns') }} as returns on returns.submission_id = hits.submission_id and returns.is_in_force
  inner join {{ source('raw', 'register_rule') }} as rules on rules.rule_code = hits.rule_code
  where hits.unit_code is not null and hits.indicator is not null and hits.row_no is not null
),

columns_of as (
  select submission_id, indicator, count(*) as n_cells
  from {{ ref('stg_figures') }}
  where value is not null
  group by submission_id, indicator
),

columns_hit as (
  select open_hits.submission_id, open_hits.indicator, open_hits.rule_code, count(*) as n_hit, max(columns_of.n_cells) as n_cells
  from open_hits
  inner join columns_of on columns_of.submission_id = open_hits.submission_id and columns_of.indicator = open_hits.indicator
  group by open_hits.submission_id, open_hits.indicator, open_hits.rule_code
),

breaks as (
  select
    indicator, valid_from as period, min(code) as code,
    min(coalesce(reason_zh, definition_zh)) as reason_zh, min(coalesce(reason_en, definition_en)) as reason_en
  from {{ source('raw', 'register_calibers') }}
  where not comparable_with_previous
  group by indicator, valid_from
),

-- years that two sides contradict: what stands beside them differs from them, and rightly
wrong_years as (
  select unit_code, indicator, period, min(rule_code) as rule_code, max(evidence) as evidence
  from open_hits
  where rule_code in ('SL01', 'SL02', 'YR02', 'RG01')
  group by unit_code, indicator, period
),

weighed as (
  select
    open_hits.*,
    coalesce(columns_hit.n_hit >= {{ column_cells }} and columns_hit.n_hit >= {{ column_share }} * columns_hit.n_cells, false) as is_column,
    columns_hit.n_hit,
    case
      when open_hits.silenced_by is not null then open_hits.silenced_by
      when open_hits.explained_by like '%break%' and coalesce(open_hits.error_rate, 0) <= {{ most_explained }} and break_now.period is not null then concat('caliber:', break_now.code, ':', cast(break_now.period as varchar))
      when open_hits.explained_by like '%break%' and coalesce(open_hits.error_rate, 0) <= {{ most_explained }} and break_next.period is not null then concat('caliber:', break_next.code, ':', cast(break_next.period as varchar))
      when open_hits.explained_by like '%break%' and coalesce(open_hits.error_rate, 0) <= {{ most_explained }} and (units.valid_from = open_hits.period or units.valid_to = open_hits.period) then concat('boundary:', open_hits.unit_code, ':', cast(open_hits.period as varchar))
      when open_hits.explained_by like '%neighbour%' and wrong_now.period is null and wrong_last.evidence > open_hits.evidence then concat('neighbour:', wrong_last.rule_code, ':', cast(wrong_last.period as varchar))
      when open_hits.explained_by like '%neighbour%' and wrong_now.period is null and wrong_next.evidence > open_hits.evidence then concat('neighbour:', wrong_next.rule_code, ':', cast(wrong_next.period as varchar))
    end as suppressed_by,
    case when break_now.period is not null then break_now.reason_zh else break_next.reason_zh end as break_zh,
    case when break_now.period is not null then break_now.reason_en else break_next.reason_en end as break_en
  from open_hits
  left join columns_hit
    on columns_hit.submission_id = open_hits.submission_id and columns_hit.indicator = open_hits.indicator and columns_hit.rule_code = open_hits.rule_code
  left join breaks as break_now on break_now.indicator = open_hits.indicator and break_now.period = open_hits.period
  left join breaks as break_next on break_next.indicator = open_hits.indicator and break_next.period = open_hits.period + 1
  left join {{ source('raw', 'register_units') }} as units on units.unit_code = open_hits.unit_code
  left join wrong_years as wrong_now
    on wrong_now.unit_code = open_hits.unit_code and wrong_now.indicator = open_hits.indicator and wrong_now.period = open_hits.period
  left join wrong_years as wrong_last
    on wrong_last.unit_code = open_hits.unit_code and wrong_last.indicator = open_hits.indicator and wrong_last.period = open_hits.period - 1
  left join wrong_years as wrong_next
    on wrong_next.unit_code = open_hits.unit_code and wrong_next.indicator = open_hits.indicator and wrong_next.period = open_hits.period + 1
  where open_hits.preference = 1
),

-- the figures that one hit names together: identities and figures that must fit each other
siblings as (
  select weighed.*,
    max(coalesce(expected.off, 0)) over (partition by weighed.unit_code, weighed.period, weighed.rule_code) > coalesce(expected.off, 0)
      and weighed.rule_level = 'row' and weighed.rests_on in ('arithmetic', 'other_figures') as is_sibling
  from weighed
  left join {{ ref('val_expected') }} as expected
    on expected.submission_id = weighed.submission_id and expected.sheet = weighed.sheet and expected.row_no = weighed.row_no
    and expected.col_no = weighed.col_no and expected.indicator = weighed.indicator
),

counted as (
  select siblings.*,
    case
      when suppressed_by is not null then 0.0
      when is_column then evidence / n_hit
      when is_sibling then evidence * {{ sibling_share }}
      else evidence
    end as weight
  from siblings
),

grounds as (
  select unit_code, indicator, period, rests_on, max(weight) as weight
  from counted
  group by unit_code, indicator, period, rests_on
),

cells as (
  select unit_code, indicator, period, sum(weight) as score, sum(case when weight > 0 then 1 else 0 end) as n_grounds
  from grounds
  group by unit_code, indicator, period
),

-- the correction to propose for a cell: from the rule that names a figure, the most exact first
suggestions as (
  select unit_code, indicator, period, should_be,
    row_number() over (
      partition by unit_code, indicator, period
      order by case when rests_on = 'digits' then 0 when rule_code like 'SL%' then 1 when rule_code = 'RT01' then 3 else 2 end, evidence desc, rule_code
    ) as preference
  from counted
  where should_be is not null
),

tested as (
  select cast(count(*) as double) as n_tested
  from {{ ref('stg_figures') }} as figures
  inner join {{ ref('val_returns') }} as returns on returns.submission_id = figures.submission_id and returns.is_in_force
  where figures.value is not null
),

-- Benjamini-Hochberg over the cells of the night: every figure in force was tested
placed as (
  select cells.*, count(*) over (order by score desc range between unbounded preceding and current row) as place from cells where score > 0
),

rates as (
  select placed.*,
    min(least(1.0, power(10.0, -score) * tested.n_tested / place)) over (order by score range between unbounded preceding and current row) as q
  from placed
  cross join tested
)

select
  cast(row_number() over (
    order by coalesce(cells.score, 0) desc, counted.unit_code, counted.indicator, counted.period, counted.suppressed_by nulls first, counted.weight desc, counted.rule_code
  ) as integer) as rank,
  cast(round(coalesce(cells.score, 0), 4) as decimal(9, 4)) as score,
  counted.unit_code,
  counted.indicator,
  counted.period,
  counted.rule_code,
  counted.severity,
  figures.value,
  coalesce(counted.expected_low, try_cast(expected.expected_low as decimal(28, 8))) as expected_low,
  coalesce(counted.expected_high, try_cast(expected.expected_high as decimal(28, 8))) as expected_high,
  coalesce(counted.should_be, suggestions.should_be) as suggested,
  counted.family,
  case when counted.is_column then 'column' else counted.rule_level end as level,
  counted.rests_on,
  counted.evidence,
  cast(cells.n_grounds as integer) as n_grounds,
  cast(round(coalesce(rates.q, 1), 6) as decimal(9, 6)) as q_value,
  counted.error_rate,
  counted.impact_permille,
  {{ impact_band('counted.impact_permille') }} as impact_band_zh,
  counted.suppressed_by,
  counted.provider_id,
  counted.submission_id,
  counted.sheet,
  counted.cell,
  counted.title_zh,
  counted.title_en,
  concat(
    counted.why_zh,
    case
      when counted.suppressed_by like 'ruling:%' then '（已有裁定）'
      when counted.suppressed_by like 'visit:%' then '（已经察访核验属实）'
      when counted.suppressed_by like 'caliber%' then concat('（已有解释：', counted.break_zh, '）')
      when counted.suppressed_by like 'boundary%' then '（已有解释：本年行政区划变动）'
      when counted.suppressed_by like 'neighbour%' then concat('（已有解释：', split_part(counted.suppressed_by, ':', 3), ' 年的数存疑）')
      when counted.is_column then concat('（本栏 ', cast(counted.n_hit as varchar), ' 格情形相同，可能是表头或计量单位有误）')
      else ''
    end) as why_zh,
  concat(
    counted.why_en,
    case
      when counted.suppressed_by like 'ruling:%' then ' (ruled on)'
      when counted.suppressed_by like 'visit:%' then ' (found true by a visit)'
      when counted.suppressed_by like 'caliber%' then concat(' (explained: ', counted.break_en, ')')
      when counted.suppressed_by like 'boundary%' then ' (explained: the unit changed this year)'
      when counted.suppressed_by like 'neighbour%' then concat(' (explained: the figure of ', split_part(counted.suppressed_by, ':', 3), ' is itself in doubt)')
      when counted.is_column then concat(' (', cast(counted.n_hit as varchar), ' cells of this column alike: perhaps its header or unit of measure)')
      else ''
    end) as why_en
from counted
left join cells on cells.unit_code = counted.unit_code and cells.indicator = counted.indicator and cells.period = counted.period
left join rates on rates.unit_code = counted.unit_code and rates.indicator = counted.indicator and rates.period = counted.period
left join suggestions
  on suggestions.unit_code = counted.unit_code and suggestions.indicator = counted.indicator and suggestions.period = counted.period and suggestions.preference = 1
left join {{ ref('stg_figures') }} as figures
  on figures.submission_id = counted.submission_id and figures.sheet = counted.sheet and figures.row_no = counted.row_no
  and figures.col_no = counted.col_no and figures.indicator = counted.indicator
left join {{ ref('val_expected') }} as expected
  on expected.submission_id = counted.submission_id and expected.sheet = counted.sheet and expected.row_no = counted.row_no
  and expected.col_no = counted.col_no and expected.indicator = counted.indicator
