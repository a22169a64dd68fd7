-- What each finding counts (`weight`, of its evidence): nothing once it is explained; a share where most of a column has it, which is one
-- matter (a header, a unit); half where it names several figures of a row and another is further off its own prediction.
{% set column_share = 0.6 %}
{% set column_cells = 3 %}
{% set sibling_share = 0.5 %}
with columns_of as (
  select submission_id, indicator, count(*) as n_cells
  from {{ ref('stg_figures') }}
  where value is not null
  group by submission_id, indicator
),

columns_hit as (
  select findings.submission_id, findings.indicator, findings.rule_code, count(*) as n_hit, max(columns_of.n_cells) as n_cells
  from {{ ref('int_findings_open') }} as findings
  inner join columns_of on columns_of.submission_id = findings.submission_id and columns_of.indicator = findings.indicator
  group by findings.submission_id, findings.indicator, findings.rule_code
),

placed as (
  select
    findings.*,
    columns_hit.n_hit,
    coalesce(columns_hit.n_hit >= {{ column_cells }} and columns_hit.n_hit >= {{ column_share }} * columns_hit.n_cells, false) as is_column,
    max(coalesce(expected.off, 0)) over (partition by findings.unit_code, findings.period, findings.rule_code) > coalesce(expected.off, 0)
      and findings.rule_level = 'row' and findings.rests_on in ('arithmetic', 'other_figures') as is_sibling
  from {{ ref('int_findings_explained') }} as findings
  left join columns_hit
    on columns_hit.submission_id = findings.submission_id and columns_hit.indicator = findings.indicator and columns_hit.rule_code = findings.rule_code
  left join {{ ref('val_expected') }} as expected
    on expected.submission_id = findings.submission_id and expected.sheet = findings.sheet and expected.row_no = findings.row_no
    and expected.col_no = findings.col_no and expected.indicator = findings.indicator
)

select
  placed.*,
  case
    when suppressed_by is not null then 0.0
    when is_column then evidence / n_hit
    when is_sibling then evidence * {{ sibling_share }}
    else evidence
  end as weight
from placed
