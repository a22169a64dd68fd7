-- Written by expectations/compiler.py from expectations/rules/scheme.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
select
  returns.submission_id, returns.provider_id,
  cast(null as {{ text }}) as unit_code, cast(null as {{ text }}) as indicator,
  coalesce(returns.period, 0) as period,
  findings.sheet, findings.row_no, findings.col_no, findings.cell,
  findings.rule_code as finding_code, findings.seen as seen_text,
  findings.message_zh, findings.message_en,
  findings.mend_zh as finding_mend_zh, findings.mend_en as finding_mend_en
from {{ source('raw', 'submission') }} as returns
left join {{ source('raw', 'scheme_finding') }} as findings on findings.submission_id = returns.submission_id
where {{ only_changed('coalesce(returns.period, 0)') }}
