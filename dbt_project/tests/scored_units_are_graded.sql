-- Every unit of a scheme in force has one scorecard; it carries a grade of that scheme's bands, or says which band is wanting.
with expected as (
  select classes.unit_code, schemes.period
  from {{ ref('val_schemes') }} as schemes
  inner join {{ ref('stg_scheme_classes') }} as classes on classes.submission_id = schemes.submission_id
  where schemes.period in (select changed.period from {{ source('raw', 'changed_period') }} as changed)
)

select expected.unit_code, expected.period, count(cards.unit_code) as n_cards
from expected
left join {{ ref('scorecards') }} as cards on cards.unit_code = expected.unit_code and cards.period = expected.period
group by expected.unit_code, expected.period
having count(cards.unit_code) <> 1 or max(case when cards.grade_code is null and coalesce(cards.why_zh, '') = '' then 1 else 0 end) = 1
