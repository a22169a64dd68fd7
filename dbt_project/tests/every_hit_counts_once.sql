-- Every violation that the rules counted is published once: rulings and visits change what a hit counts as, they neither lose nor double one.
with raised as (
  select rule_code, period, sum(n_violations) as n
  from {{ ref('rule_results') }}
  where period in (select changed.period from {{ source('raw', 'changed_period') }} as changed)
  group by rule_code, period
),

published as (
  select rule_code, period, count(*) as n
  from {{ ref('validation_failures') }}
  where period in (select changed.period from {{ source('raw', 'changed_period') }} as changed)
  group by rule_code, period
)

select coalesce(raised.rule_code, published.rule_code) as rule_code, coalesce(raised.period, published.period) as period, raised.n as n_raised, published.n as n_published
from raised
full outer join published on published.rule_code = raised.rule_code and published.period = raised.period
where coalesce(raised.n, 0) <> coalesce(published.n, 0)
