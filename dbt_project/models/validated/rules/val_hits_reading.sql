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
    end as outcome_rd00,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD01') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd01,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD02') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd02,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD03') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd03,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD04') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd04,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD05') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd05,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD06') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd06,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD07') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd07,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD08') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd08,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD09') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd09,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD10') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd10,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD11') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd11,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD12') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd12,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD13') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd13,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD14') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd14,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD20') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd20,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD21') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd21,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD22') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd22,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD23') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd23,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD24') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd24,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD25') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd25,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD26') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd26,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD27') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd27,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD28') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd28,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD30') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd30,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD31') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd31,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD32') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd32,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD33') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd33,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD34') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd34,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD35') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd35,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD36') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd36,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD37') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd37,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD38') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd38,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD39') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd39,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD40') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd40,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD41') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd41,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD42') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd42,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD43') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd43,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD44') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd44,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD45') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd45,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD46') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd46,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD47') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd47,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD90') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd90,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (coalesce(finding_code, '') = 'RD91') when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd91
  from tested
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd00 = 'FAIL'

union all

-- RD01 空文件 / Empty file
select
  'RD01' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd01 = 'FAIL'

union all

-- RD02 文件损坏或不完整 / Damaged or truncated file
select
  'RD02' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd02 = 'FAIL'

union all

-- RD03 文件类型不支持 / File type not supported
select
  'RD03' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd03 = 'FAIL'

union all

-- RD04 文件已加密 / Encrypted file
select
  'RD04' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd04 = 'FAIL'

union all

-- RD05 压缩内容超限 / Expands beyond the limit
select
  'RD05' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd05 = 'FAIL'

union all

-- RD06 含有外部实体或文档类型声明 / Document type or external entity inside
select
  'RD06' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd06 = 'FAIL'

union all

-- RD07 文件过大 / File too large
select
  'RD07' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd07 = 'FAIL'

union all

-- RD08 行数超限 / Too many rows
select
  'RD08' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd08 = 'FAIL'

union all

-- RD09 单元格位置超限 / Cell far outside the table
select
  'RD09' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd09 = 'FAIL'

union all

-- RD10 扩展名与内容不符 / Name does not match the content
select
  'RD10' as rule_code,
  cast(1 as integer) as rule_version,
  'I' as severity,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd10 = 'FAIL'

union all

-- RD11 文件名不规范 / Unsafe file name
select
  'RD11' as rule_code,
  cast(1 as integer) as rule_version,
  'I' as severity,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd11 = 'FAIL'

union all

-- RD12 编码混用 / Mixed encodings
select
  'RD12' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd12 = 'FAIL'

union all

-- RD13 文字无法识别 / Bytes that are no text
select
  'RD13' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd13 = 'FAIL'

union all

-- RD14 本行列数不足 / Row is cut short
select
  'RD14' as rule_code,
  cast(1 as integer) as rule_version,
  'W' as severity,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd14 = 'FAIL'

union all

-- RD20 未登记的报送单位 / Unknown provider
select
  'RD20' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd20 = 'FAIL'

union all

-- RD21 填报单位与报送渠道不符 / Provider differs from the channel
select
  'RD21' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd21 = 'FAIL'

union all

-- RD22 没有填写填报单位 / No provider stated
select
  'RD22' as rule_code,
  cast(1 as integer) as rule_version,
  'W' as severity,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd22 = 'FAIL'

union all

-- RD23 没有填写表号 / No form number
select
  'RD23' as rule_code,
  cast(1 as integer) as rule_version,
  'W' as severity,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd23 = 'FAIL'

union all

-- RD24 表号未知 / Unknown form
select
  'RD24' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd24 = 'FAIL'

union all

-- RD25 表号与表头不符 / Form number and headers disagree
select
  'RD25' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd25 = 'FAIL'

union all

-- RD26 找不到表头 / No header found
select
  'RD26' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd26 = 'FAIL'

union all

-- RD27 报告期无法识别 / Period not readable
select
  'RD27' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd27 = 'FAIL'

union all

-- RD28 没有填写报告期 / No period stated
select
  'RD28' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd28 = 'FAIL'

union all

-- RD30 工作表名称不符 / Sheet has another name
select
  'RD30' as rule_code,
  cast(1 as integer) as rule_version,
  'I' as severity,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd30 = 'FAIL'

union all

-- RD31 多个工作表有同一表头 / Several sheets hold the table
select
  'RD31' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd31 = 'FAIL'

union all

-- RD32 缺少应报的表 / A table is missing
select
  'RD32' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd32 = 'FAIL'

union all

-- RD33 缺少应报的列 / A column owed is missing
select
  'RD33' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd33 = 'FAIL'

union all

-- RD34 列重复 / Column doubled
select
  'RD34' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd34 = 'FAIL'

union all

-- RD35 无法识别的列 / Column not recognised
select
  'RD35' as rule_code,
  cast(1 as integer) as rule_version,
  'W' as severity,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd35 = 'FAIL'

union all

-- RD36 其他报表的指标 / Indicator of another form
select
  'RD36' as rule_code,
  cast(1 as integer) as rule_version,
  'W' as severity,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd36 = 'FAIL'

union all

-- RD37 表头位置或次序与模板不同 / Header moved
select
  'RD37' as rule_code,
  cast(1 as integer) as rule_version,
  'I' as severity,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd37 = 'FAIL'

union all

-- RD38 没有计量单位 / No units row
select
  'RD38' as rule_code,
  cast(1 as integer) as rule_version,
  'W' as severity,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd38 = 'FAIL'

union all

-- RD39 没有数据行 / No rows of data
select
  'RD39' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd39 = 'FAIL'

union all

-- RD40 公式 / Formula
select
  'RD40' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd40 = 'FAIL'

union all

-- RD41 行重复 / Row doubled
select
  'RD41' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd41 = 'FAIL'

union all

-- RD42 有数据而没有行标识 / Data without a row key
select
  'RD42' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd42 = 'FAIL'

union all

-- RD43 数据区有合并单元格 / Merged cells among the data
select
  'RD43' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd43 = 'FAIL'

union all

-- RD44 必填项空白 / Required value is blank
select
  'RD44' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd44 = 'FAIL'

union all

-- RD45 不在可选范围 / Not one of the choices
select
  'RD45' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd45 = 'FAIL'

union all

-- RD46 类型不符 / Wrong type
select
  'RD46' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd46 = 'FAIL'

union all

-- RD47 接口数据结构不符 / JSON of another shape
select
  'RD47' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd47 = 'FAIL'

union all

-- RD90 同类问题未逐条列出 / More of the same
select
  'RD90' as rule_code,
  cast(1 as integer) as rule_version,
  'I' as severity,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd90 = 'FAIL'

union all

-- RD91 读取时出错 / The reader failed
select
  'RD91' as rule_code,
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
  coalesce(cast(finding_mend_en as {{ text }}), '(none)') as mend_en
from judged
where outcome_rd91 = 'FAIL'
