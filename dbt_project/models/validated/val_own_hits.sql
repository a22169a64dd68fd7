-- Every violation of an expectation that a form's own file declares, one row per cell it names; the columns are those of val_hits.
-- Great Expectations has judged it at the door; its sentences are the form's own, `{value_text}` is what the cell holds.
{% set texts = ['why_zh', 'why_en', 'mend_zh', 'mend_en'] %}
select
  own.rule_code,
  own.rule_version,
  own.severity,
  figures.submission_id,
  figures.provider_id,
  figures.unit_code,
  figures.indicator,
  figures.period,
  figures.sheet,
  figures.row_no,
  figures.col_no,
  figures.cell,
  coalesce(figures.value_text, '（空）') as seen,
  own.title_zh as expected,
  own.title_en as expected_en,
  cast(null as decimal(28, 8)) as expected_low,
  cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  {%- for text in texts %}
  replace(own.{{ text }}, '{value_text}', coalesce(figures.value_text, '{{ '（空）' if text.endswith('zh') else '(none)' }}')) as {{ text }},
  {%- endfor %}
  cast(case own.severity when 'E' then 2 when 'W' then 1 else 0.3 end as decimal(9, 4)) as evidence,
  cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from {{ source('raw', 'door_verdict') }} as verdicts
inner join {{ source('raw', 'register_expectation') }} as own on own.rule_code = verdicts.rule_code
inner join {{ ref('stg_figures') }} as figures
  on figures.submission_id = verdicts.submission_id and figures.sheet = verdicts.sheet and figures.row_no = verdicts.row_no
  and figures.col_no = verdicts.col_no and cast(figures.indicator as {{ dbt.type_string() }}) = verdicts.indicator
where {{ only_changed('figures.period') }} and {{ only_changed('verdicts.period') }}
