-- Open suspicions (疑点) in the order in which to look at them: one row per cell and rule, strongest cell first.
-- How they are ordered is computed in four steps (models/intermediate): which are asked about (int_findings_open), what explains them
-- (int_findings_explained), what each counts (int_findings_weighed), and what a cell comes to (int_findings_cells). Here they are put in order
-- and into words. What is explained is kept, adds nothing, says so, and comes last. Written anew each night: ranks reach every period.
{{ config(materialized='table') }}
select
  cast(row_number() over (
    order by coalesce(cells.score, 0) desc, findings.unit_code, findings.indicator, findings.period, findings.suppressed_by nulls first, findings.weight desc, findings.rule_code
  ) as integer) as rank,
  cast(round(coalesce(cells.score, 0), 4) as decimal(9, 4)) as score,
  findings.unit_code,
  findings.indicator,
  findings.period,
  findings.rule_code,
  findings.severity,
  figures.value,
  coalesce(findings.expected_low, try_cast(expected.expected_low as decimal(28, 8))) as expected_low,
  coalesce(findings.expected_high, try_cast(expected.expected_high as decimal(28, 8))) as expected_high,
  coalesce(findings.should_be, cells.suggested) as suggested,
  findings.family,
  case when findings.is_column then 'column' else findings.rule_level end as level,
  findings.rests_on,
  findings.evidence,
  cast(cells.n_grounds as integer) as n_grounds,
  cast(round(coalesce(cells.q, 1), 6) as decimal(9, 6)) as q_value,
  findings.error_rate,
  findings.impact_permille,
  {{ impact_band('findings.impact_permille') }} as impact_band_zh,
  findings.suppressed_by,
  findings.provider_id,
  findings.submission_id,
  findings.sheet,
  findings.cell,
  findings.title_zh,
  findings.title_en,
  concat(
    findings.why_zh,
    case
      when findings.suppressed_by like 'ruling:%' then '（已有裁定）'
      when findings.suppressed_by like 'visit:%' then '（已经察访核验属实）'
      when findings.suppressed_by like 'definition%' then concat('（已有解释：', findings.break_zh, '）')
      when findings.suppressed_by like 'boundary%' then '（已有解释：本年行政区划变动）'
      when findings.suppressed_by like 'neighbour%' then concat('（已有解释：', split_part(findings.suppressed_by, ':', 3), ' 年的数存疑）')
      when findings.is_column then concat('（本栏 ', cast(findings.n_hit as varchar), ' 格情形相同，可能是表头或计量单位有误）')
      else ''
    end) as why_zh,
  concat(
    findings.why_en,
    case
      when findings.suppressed_by like 'ruling:%' then ' (ruled on)'
      when findings.suppressed_by like 'visit:%' then ' (found true by a visit)'
      when findings.suppressed_by like 'definition%' then concat(' (explained: ', findings.break_en, ')')
      when findings.suppressed_by like 'boundary%' then ' (explained: the unit changed this year)'
      when findings.suppressed_by like 'neighbour%' then concat(' (explained: the figure of ', split_part(findings.suppressed_by, ':', 3), ' is itself in doubt)')
      when findings.is_column then concat(' (', cast(findings.n_hit as varchar), ' cells of this column alike: perhaps its header or unit of measure)')
      else ''
    end) as why_en
from {{ ref('int_findings_weighed') }} as findings
left join {{ ref('int_findings_cells') }} as cells
  on cells.unit_code = findings.unit_code and cells.indicator = findings.indicator and cells.period = findings.period
left join {{ ref('stg_figures') }} as figures
  on figures.submission_id = findings.submission_id and figures.sheet = findings.sheet and figures.row_no = findings.row_no
  and figures.col_no = findings.col_no and figures.indicator = findings.indicator
left join {{ ref('val_expected') }} as expected
  on expected.submission_id = findings.submission_id and expected.sheet = findings.sheet and expected.row_no = findings.row_no
  and expected.col_no = findings.col_no and expected.indicator = findings.indicator
