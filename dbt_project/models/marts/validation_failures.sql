-- Every finding on every return, all rows, each with its cell, what was seen, what was expected, why and what to do.
-- A hit is a point to verify (疑点), never a verdict on anybody.
select
  concat(hits.submission_id, ':', hits.rule_code, ':', coalesce(hits.sheet, ''), '!', coalesce(hits.cell, ''),
    case when row_number() over (partition by hits.submission_id, hits.rule_code, hits.sheet, hits.cell order by hits.unit_code, hits.indicator, hits.seen, hits.why_zh) = 1 then ''
      else concat('#', cast(row_number() over (partition by hits.submission_id, hits.rule_code, hits.sheet, hits.cell order by hits.unit_code, hits.indicator, hits.seen, hits.why_zh) as varchar)) end) as failure_id,
  hits.finding_id,
  hits.rule_code,
  cast(hits.rule_version as integer) as rule_version,
  hits.severity,
  case hits.severity when 'E' then '强制性' when 'W' then '核实性' else '提示' end as severity_zh,
  hits.provider_id,
  hits.submission_id,
  submissions.file_name,
  coalesce(returns.is_in_force, false) as is_in_force,
  hits.unit_code,
  hits.indicator,
  hits.period,
  hits.sheet,
  cast(hits.row_no as integer) as row_no,
  cast(hits.col_no as integer) as col_no,
  hits.cell,
  hits.seen,
  hits.expected,
  hits.expected_en,
  hits.expected_low,
  hits.expected_high,
  cast(hits.baseline_n as integer) as baseline_n,
  hits.why_zh,
  hits.why_en,
  hits.mend_zh,
  hits.mend_en,
  hits.evidence,
  hits.should_be,
  hits.error_rate,
  hits.impact_permille,
  {{ impact_band('hits.impact_permille') }} as impact_band_zh
from {{ ref('val_ruled_hits') }} as hits
inner join {{ source('raw', 'submission') }} as submissions on submissions.submission_id = hits.submission_id
left join {{ ref('val_returns') }} as returns on returns.submission_id = hits.submission_id
where {{ only_changed('hits.period') }}
