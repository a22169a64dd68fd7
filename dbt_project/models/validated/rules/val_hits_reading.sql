-- Written by expectations/compiler.py from expectations/rules/reading.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with tested as (
  select
    returns.submission_id, returns.provider_id,
    cast(null as {{ text }}) as unit_code, cast(null as {{ text }}) as indicator,
    coalesce(returns.period, 0) as period,
    findings.sheet, findings.row_no, findings.col_no, findings.cell,
    findings.rule_code as finding_code, findings.seen as seen_text,
    findings.message_zh, findings.message_en,
    findings.mend_zh as finding_mend_zh, findings.mend_en as finding_mend_en
  from {{ source('raw', 'submission') }} as returns
  left join {{ source('raw', 'reading_finding') }} as findings on findings.submission_id = returns.submission_id
  where {{ only_changed('coalesce(returns.period, 0)') }}
),

judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (finding_code is not null and finding_code not in ('RD00', 'RD01', 'RD02', 'RD03', 'RD04', 'RD05', 'RD06', 'RD07', 'RD08', 'RD09', 'RD10', 'RD11', 'RD12', 'RD13', 'RD14', 'RD20', 'RD21', 'RD22', 'RD23', 'RD24', 'RD25', 'RD26', 'RD27', 'RD28', 'RD30', 'RD31', 'RD32', 'RD33', 'RD34', 'RD35', 'RD36', 'RD37', 'RD38', 'RD39', 'RD40', 'RD41', 'RD42', 'RD43', 'RD44', 'RD45', 'RD46', 'RD47', 'RD90', 'RD91')) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd00
  from tested
),

failing as (
  select * from judged
  where outcome_rd00 = 'FAIL' or finding_code is not null
)

-- RD00 未登记的读取问题 / A reading problem that is not in the catalogue
select
  'RD00' as rule_code,
  cast(1 as integer) as rule_version,
  'E' as severity,
  submission_id,
  provider_id,
  unit_code,
  indicator,
  period,
  sheet,
  row_no,
  col_no,
  cell,
  coalesce(cast(seen_text as {{ text }}), '（空）') as seen,
  '可以读取的报表' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  coalesce(cast(message_zh as {{ text }}), '（空）') as why_zh,
  coalesce(cast(message_en as {{ text }}), '(none)') as why_en,
  coalesce(cast(finding_mend_zh as {{ text }}), '（空）') as mend_zh,
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
where outcome_rd00 = 'FAIL'

union all

-- the codes that the catalogue declares
select
  listed.rule_code as rule_code,
  listed.rule_version as rule_version,
  listed.severity as severity,
  submission_id,
  provider_id,
  unit_code,
  indicator,
  period,
  sheet,
  row_no,
  col_no,
  cell,
  coalesce(cast(seen_text as {{ text }}), '（空）') as seen,
  '可以读取的报表' as expected,
  try_cast(null as decimal(28, 8)) as expected_low,
  try_cast(null as decimal(28, 8)) as expected_high,
  cast(null as integer) as baseline_n,
  coalesce(cast(message_zh as {{ text }}), '（空）') as why_zh,
  coalesce(cast(message_en as {{ text }}), '(none)') as why_en,
  coalesce(cast(finding_mend_zh as {{ text }}), '（空）') as mend_zh,
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en,
  cast(least(greatest(coalesce(2, 0), 0), 6) as decimal(9, 4)) as evidence,
  try_cast(null as decimal(28, 8)) as should_be,
  true as as_known_then
from failing
inner join (select 'RD01' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD02' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD03' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD04' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD05' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD06' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD07' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD08' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD09' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD10' as rule_code, 1 as rule_version, 'I' as severity union all select 'RD11' as rule_code, 1 as rule_version, 'I' as severity union all select 'RD12' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD13' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD14' as rule_code, 1 as rule_version, 'W' as severity union all select 'RD20' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD21' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD22' as rule_code, 1 as rule_version, 'W' as severity union all select 'RD23' as rule_code, 1 as rule_version, 'W' as severity union all select 'RD24' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD25' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD26' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD27' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD28' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD30' as rule_code, 1 as rule_version, 'I' as severity union all select 'RD31' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD32' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD33' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD34' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD35' as rule_code, 1 as rule_version, 'W' as severity union all select 'RD36' as rule_code, 1 as rule_version, 'W' as severity union all select 'RD37' as rule_code, 1 as rule_version, 'I' as severity union all select 'RD38' as rule_code, 1 as rule_version, 'W' as severity union all select 'RD39' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD40' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD41' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD42' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD43' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD44' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD45' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD46' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD47' as rule_code, 1 as rule_version, 'E' as severity union all select 'RD90' as rule_code, 1 as rule_version, 'I' as severity union all select 'RD91' as rule_code, 1 as rule_version, 'E' as severity) as listed on listed.rule_code = failing.finding_code
