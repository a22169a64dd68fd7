-- No published row without a reason in both languages (评价有理由).
{% set marts = ['scorecards', 'indicator_scores', 'dimension_scores', 'score_steps', 'score_year_on_year', 'year_on_year',
  'expected_grid', 'validation_failures', 'provider_quality', 'returns', 'ledger', 'value_sources', 'rule_results', 'answers', 'provider_deadlines',
  'finding_states', 'rulings', 'visits', 'visit_sample'] %}
{% for mart in marts %}
select '{{ mart }}' as mart, period
from {{ ref(mart) }}
where (coalesce(trim(why_zh), '') = '' or coalesce(trim(why_en), '') = '')
  and period in (select changed.period from {{ source('raw', 'changed_period') }} as changed)
{% if not loop.last %}union all{% endif %}
{% endfor %}
