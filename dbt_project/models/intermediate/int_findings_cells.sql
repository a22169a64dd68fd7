-- One row per cell with a finding: its score, on how many different grounds it rests, its false discovery rate, and the correction to propose.
-- What rests on different things adds up, of what rests on the same the strongest counts: repetition does not count, corroboration does.
with grounds as (
  select unit_code, indicator, period, rests_on, max(weight) as weight
  from {{ ref('int_findings_weighed') }}
  group by unit_code, indicator, period, rests_on
),

cells as (
  select unit_code, indicator, period, sum(weight) as score, sum(case when weight > 0 then 1 else 0 end) as n_grounds
  from grounds
  group by unit_code, indicator, period
),

-- of the rules that name a figure the most exact
suggestions as (
  select unit_code, indicator, period, should_be,
    row_number() over (partition by unit_code, indicator, period order by should_be_rank, evidence desc, rule_code) as preference
  from {{ ref('int_findings_weighed') }}
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

select cells.unit_code, cells.indicator, cells.period, cells.score, cells.n_grounds, coalesce(rates.q, 1) as q, suggestions.should_be as suggested
from cells
left join rates on rates.unit_code = cells.unit_code and rates.indicator = cells.indicator and rates.period = cells.period
left join suggestions
  on suggestions.unit_code = cells.unit_code and suggestions.indicator = cells.indicator and suggestions.period = cells.period and suggestions.preference = 1
