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
),

counted as (
  select
    period,
    count(case when outcome_rd00 in ('PASS', 'FAIL') then 1 end) as rd00_checked,
    count(case when outcome_rd00 in ('FAIL') then 1 end) as rd00_violations,
    count(case when outcome_rd00 in ('NOT_APPLICABLE') then 1 end) as rd00_not_applicable,
    count(case when outcome_rd00 in ('TOO_FEW_POINTS') then 1 end) as rd00_too_few,
    count(case when outcome_rd00 in ('NOT_RUN') then 1 end) as rd00_not_run,
    count(case when outcome_rd01 in ('PASS', 'FAIL') then 1 end) as rd01_checked,
    count(case when outcome_rd01 in ('FAIL') then 1 end) as rd01_violations,
    count(case when outcome_rd01 in ('NOT_APPLICABLE') then 1 end) as rd01_not_applicable,
    count(case when outcome_rd01 in ('TOO_FEW_POINTS') then 1 end) as rd01_too_few,
    count(case when outcome_rd01 in ('NOT_RUN') then 1 end) as rd01_not_run,
    count(case when outcome_rd02 in ('PASS', 'FAIL') then 1 end) as rd02_checked,
    count(case when outcome_rd02 in ('FAIL') then 1 end) as rd02_violations,
    count(case when outcome_rd02 in ('NOT_APPLICABLE') then 1 end) as rd02_not_applicable,
    count(case when outcome_rd02 in ('TOO_FEW_POINTS') then 1 end) as rd02_too_few,
    count(case when outcome_rd02 in ('NOT_RUN') then 1 end) as rd02_not_run,
    count(case when outcome_rd03 in ('PASS', 'FAIL') then 1 end) as rd03_checked,
    count(case when outcome_rd03 in ('FAIL') then 1 end) as rd03_violations,
    count(case when outcome_rd03 in ('NOT_APPLICABLE') then 1 end) as rd03_not_applicable,
    count(case when outcome_rd03 in ('TOO_FEW_POINTS') then 1 end) as rd03_too_few,
    count(case when outcome_rd03 in ('NOT_RUN') then 1 end) as rd03_not_run,
    count(case when outcome_rd04 in ('PASS', 'FAIL') then 1 end) as rd04_checked,
    count(case when outcome_rd04 in ('FAIL') then 1 end) as rd04_violations,
    count(case when outcome_rd04 in ('NOT_APPLICABLE') then 1 end) as rd04_not_applicable,
    count(case when outcome_rd04 in ('TOO_FEW_POINTS') then 1 end) as rd04_too_few,
    count(case when outcome_rd04 in ('NOT_RUN') then 1 end) as rd04_not_run,
    count(case when outcome_rd05 in ('PASS', 'FAIL') then 1 end) as rd05_checked,
    count(case when outcome_rd05 in ('FAIL') then 1 end) as rd05_violations,
    count(case when outcome_rd05 in ('NOT_APPLICABLE') then 1 end) as rd05_not_applicable,
    count(case when outcome_rd05 in ('TOO_FEW_POINTS') then 1 end) as rd05_too_few,
    count(case when outcome_rd05 in ('NOT_RUN') then 1 end) as rd05_not_run,
    count(case when outcome_rd06 in ('PASS', 'FAIL') then 1 end) as rd06_checked,
    count(case when outcome_rd06 in ('FAIL') then 1 end) as rd06_violations,
    count(case when outcome_rd06 in ('NOT_APPLICABLE') then 1 end) as rd06_not_applicable,
    count(case when outcome_rd06 in ('TOO_FEW_POINTS') then 1 end) as rd06_too_few,
    count(case when outcome_rd06 in ('NOT_RUN') then 1 end) as rd06_not_run,
    count(case when outcome_rd07 in ('PASS', 'FAIL') then 1 end) as rd07_checked,
    count(case when outcome_rd07 in ('FAIL') then 1 end) as rd07_violations,
    count(case when outcome_rd07 in ('NOT_APPLICABLE') then 1 end) as rd07_not_applicable,
    count(case when outcome_rd07 in ('TOO_FEW_POINTS') then 1 end) as rd07_too_few,
    count(case when outcome_rd07 in ('NOT_RUN') then 1 end) as rd07_not_run,
    count(case when outcome_rd08 in ('PASS', 'FAIL') then 1 end) as rd08_checked,
    count(case when outcome_rd08 in ('FAIL') then 1 end) as rd08_violations,
    count(case when outcome_rd08 in ('NOT_APPLICABLE') then 1 end) as rd08_not_applicable,
    count(case when outcome_rd08 in ('TOO_FEW_POINTS') then 1 end) as rd08_too_few,
    count(case when outcome_rd08 in ('NOT_RUN') then 1 end) as rd08_not_run,
    count(case when outcome_rd09 in ('PASS', 'FAIL') then 1 end) as rd09_checked,
    count(case when outcome_rd09 in ('FAIL') then 1 end) as rd09_violations,
    count(case when outcome_rd09 in ('NOT_APPLICABLE') then 1 end) as rd09_not_applicable,
    count(case when outcome_rd09 in ('TOO_FEW_POINTS') then 1 end) as rd09_too_few,
    count(case when outcome_rd09 in ('NOT_RUN') then 1 end) as rd09_not_run,
    count(case when outcome_rd10 in ('PASS', 'FAIL') then 1 end) as rd10_checked,
    count(case when outcome_rd10 in ('FAIL') then 1 end) as rd10_violations,
    count(case when outcome_rd10 in ('NOT_APPLICABLE') then 1 end) as rd10_not_applicable,
    count(case when outcome_rd10 in ('TOO_FEW_POINTS') then 1 end) as rd10_too_few,
    count(case when outcome_rd10 in ('NOT_RUN') then 1 end) as rd10_not_run,
    count(case when outcome_rd11 in ('PASS', 'FAIL') then 1 end) as rd11_checked,
    count(case when outcome_rd11 in ('FAIL') then 1 end) as rd11_violations,
    count(case when outcome_rd11 in ('NOT_APPLICABLE') then 1 end) as rd11_not_applicable,
    count(case when outcome_rd11 in ('TOO_FEW_POINTS') then 1 end) as rd11_too_few,
    count(case when outcome_rd11 in ('NOT_RUN') then 1 end) as rd11_not_run,
    count(case when outcome_rd12 in ('PASS', 'FAIL') then 1 end) as rd12_checked,
    count(case when outcome_rd12 in ('FAIL') then 1 end) as rd12_violations,
    count(case when outcome_rd12 in ('NOT_APPLICABLE') then 1 end) as rd12_not_applicable,
    count(case when outcome_rd12 in ('TOO_FEW_POINTS') then 1 end) as rd12_too_few,
    count(case when outcome_rd12 in ('NOT_RUN') then 1 end) as rd12_not_run,
    count(case when outcome_rd13 in ('PASS', 'FAIL') then 1 end) as rd13_checked,
    count(case when outcome_rd13 in ('FAIL') then 1 end) as rd13_violations,
    count(case when outcome_rd13 in ('NOT_APPLICABLE') then 1 end) as rd13_not_applicable,
    count(case when outcome_rd13 in ('TOO_FEW_POINTS') then 1 end) as rd13_too_few,
    count(case when outcome_rd13 in ('NOT_RUN') then 1 end) as rd13_not_run,
    count(case when outcome_rd14 in ('PASS', 'FAIL') then 1 end) as rd14_checked,
    count(case when outcome_rd14 in ('FAIL') then 1 end) as rd14_violations,
    count(case when outcome_rd14 in ('NOT_APPLICABLE') then 1 end) as rd14_not_applicable,
    count(case when outcome_rd14 in ('TOO_FEW_POINTS') then 1 end) as rd14_too_few,
    count(case when outcome_rd14 in ('NOT_RUN') then 1 end) as rd14_not_run,
    count(case when outcome_rd20 in ('PASS', 'FAIL') then 1 end) as rd20_checked,
    count(case when outcome_rd20 in ('FAIL') then 1 end) as rd20_violations,
    count(case when outcome_rd20 in ('NOT_APPLICABLE') then 1 end) as rd20_not_applicable,
    count(case when outcome_rd20 in ('TOO_FEW_POINTS') then 1 end) as rd20_too_few,
    count(case when outcome_rd20 in ('NOT_RUN') then 1 end) as rd20_not_run,
    count(case when outcome_rd21 in ('PASS', 'FAIL') then 1 end) as rd21_checked,
    count(case when outcome_rd21 in ('FAIL') then 1 end) as rd21_violations,
    count(case when outcome_rd21 in ('NOT_APPLICABLE') then 1 end) as rd21_not_applicable,
    count(case when outcome_rd21 in ('TOO_FEW_POINTS') then 1 end) as rd21_too_few,
    count(case when outcome_rd21 in ('NOT_RUN') then 1 end) as rd21_not_run,
    count(case when outcome_rd22 in ('PASS', 'FAIL') then 1 end) as rd22_checked,
    count(case when outcome_rd22 in ('FAIL') then 1 end) as rd22_violations,
    count(case when outcome_rd22 in ('NOT_APPLICABLE') then 1 end) as rd22_not_applicable,
    count(case when outcome_rd22 in ('TOO_FEW_POINTS') then 1 end) as rd22_too_few,
    count(case when outcome_rd22 in ('NOT_RUN') then 1 end) as rd22_not_run,
    count(case when outcome_rd23 in ('PASS', 'FAIL') then 1 end) as rd23_checked,
    count(case when outcome_rd23 in ('FAIL') then 1 end) as rd23_violations,
    count(case when outcome_rd23 in ('NOT_APPLICABLE') then 1 end) as rd23_not_applicable,
    count(case when outcome_rd23 in ('TOO_FEW_POINTS') then 1 end) as rd23_too_few,
    count(case when outcome_rd23 in ('NOT_RUN') then 1 end) as rd23_not_run,
    count(case when outcome_rd24 in ('PASS', 'FAIL') then 1 end) as rd24_checked,
    count(case when outcome_rd24 in ('FAIL') then 1 end) as rd24_violations,
    count(case when outcome_rd24 in ('NOT_APPLICABLE') then 1 end) as rd24_not_applicable,
    count(case when outcome_rd24 in ('TOO_FEW_POINTS') then 1 end) as rd24_too_few,
    count(case when outcome_rd24 in ('NOT_RUN') then 1 end) as rd24_not_run,
    count(case when outcome_rd25 in ('PASS', 'FAIL') then 1 end) as rd25_checked,
    count(case when outcome_rd25 in ('FAIL') then 1 end) as rd25_violations,
    count(case when outcome_rd25 in ('NOT_APPLICABLE') then 1 end) as rd25_not_applicable,
    count(case when outcome_rd25 in ('TOO_FEW_POINTS') then 1 end) as rd25_too_few,
    count(case when outcome_rd25 in ('NOT_RUN') then 1 end) as rd25_not_run,
    count(case when outcome_rd26 in ('PASS', 'FAIL') then 1 end) as rd26_checked,
    count(case when outcome_rd26 in ('FAIL') then 1 end) as rd26_violations,
    count(case when outcome_rd26 in ('NOT_APPLICABLE') then 1 end) as rd26_not_applicable,
    count(case when outcome_rd26 in ('TOO_FEW_POINTS') then 1 end) as rd26_too_few,
    count(case when outcome_rd26 in ('NOT_RUN') then 1 end) as rd26_not_run,
    count(case when outcome_rd27 in ('PASS', 'FAIL') then 1 end) as rd27_checked,
    count(case when outcome_rd27 in ('FAIL') then 1 end) as rd27_violations,
    count(case when outcome_rd27 in ('NOT_APPLICABLE') then 1 end) as rd27_not_applicable,
    count(case when outcome_rd27 in ('TOO_FEW_POINTS') then 1 end) as rd27_too_few,
    count(case when outcome_rd27 in ('NOT_RUN') then 1 end) as rd27_not_run,
    count(case when outcome_rd28 in ('PASS', 'FAIL') then 1 end) as rd28_checked,
    count(case when outcome_rd28 in ('FAIL') then 1 end) as rd28_violations,
    count(case when outcome_rd28 in ('NOT_APPLICABLE') then 1 end) as rd28_not_applicable,
    count(case when outcome_rd28 in ('TOO_FEW_POINTS') then 1 end) as rd28_too_few,
    count(case when outcome_rd28 in ('NOT_RUN') then 1 end) as rd28_not_run,
    count(case when outcome_rd30 in ('PASS', 'FAIL') then 1 end) as rd30_checked,
    count(case when outcome_rd30 in ('FAIL') then 1 end) as rd30_violations,
    count(case when outcome_rd30 in ('NOT_APPLICABLE') then 1 end) as rd30_not_applicable,
    count(case when outcome_rd30 in ('TOO_FEW_POINTS') then 1 end) as rd30_too_few,
    count(case when outcome_rd30 in ('NOT_RUN') then 1 end) as rd30_not_run,
    count(case when outcome_rd31 in ('PASS', 'FAIL') then 1 end) as rd31_checked,
    count(case when outcome_rd31 in ('FAIL') then 1 end) as rd31_violations,
    count(case when outcome_rd31 in ('NOT_APPLICABLE') then 1 end) as rd31_not_applicable,
    count(case when outcome_rd31 in ('TOO_FEW_POINTS') then 1 end) as rd31_too_few,
    count(case when outcome_rd31 in ('NOT_RUN') then 1 end) as rd31_not_run,
    count(case when outcome_rd32 in ('PASS', 'FAIL') then 1 end) as rd32_checked,
    count(case when outcome_rd32 in ('FAIL') then 1 end) as rd32_violations,
    count(case when outcome_rd32 in ('NOT_APPLICABLE') then 1 end) as rd32_not_applicable,
    count(case when outcome_rd32 in ('TOO_FEW_POINTS') then 1 end) as rd32_too_few,
    count(case when outcome_rd32 in ('NOT_RUN') then 1 end) as rd32_not_run,
    count(case when outcome_rd33 in ('PASS', 'FAIL') then 1 end) as rd33_checked,
    count(case when outcome_rd33 in ('FAIL') then 1 end) as rd33_violations,
    count(case when outcome_rd33 in ('NOT_APPLICABLE') then 1 end) as rd33_not_applicable,
    count(case when outcome_rd33 in ('TOO_FEW_POINTS') then 1 end) as rd33_too_few,
    count(case when outcome_rd33 in ('NOT_RUN') then 1 end) as rd33_not_run,
    count(case when outcome_rd34 in ('PASS', 'FAIL') then 1 end) as rd34_checked,
    count(case when outcome_rd34 in ('FAIL') then 1 end) as rd34_violations,
    count(case when outcome_rd34 in ('NOT_APPLICABLE') then 1 end) as rd34_not_applicable,
    count(case when outcome_rd34 in ('TOO_FEW_POINTS') then 1 end) as rd34_too_few,
    count(case when outcome_rd34 in ('NOT_RUN') then 1 end) as rd34_not_run,
    count(case when outcome_rd35 in ('PASS', 'FAIL') then 1 end) as rd35_checked,
    count(case when outcome_rd35 in ('FAIL') then 1 end) as rd35_violations,
    count(case when outcome_rd35 in ('NOT_APPLICABLE') then 1 end) as rd35_not_applicable,
    count(case when outcome_rd35 in ('TOO_FEW_POINTS') then 1 end) as rd35_too_few,
    count(case when outcome_rd35 in ('NOT_RUN') then 1 end) as rd35_not_run,
    count(case when outcome_rd36 in ('PASS', 'FAIL') then 1 end) as rd36_checked,
    count(case when outcome_rd36 in ('FAIL') then 1 end) as rd36_violations,
    count(case when outcome_rd36 in ('NOT_APPLICABLE') then 1 end) as rd36_not_applicable,
    count(case when outcome_rd36 in ('TOO_FEW_POINTS') then 1 end) as rd36_too_few,
    count(case when outcome_rd36 in ('NOT_RUN') then 1 end) as rd36_not_run,
    count(case when outcome_rd37 in ('PASS', 'FAIL') then 1 end) as rd37_checked,
    count(case when outcome_rd37 in ('FAIL') then 1 end) as rd37_violations,
    count(case when outcome_rd37 in ('NOT_APPLICABLE') then 1 end) as rd37_not_applicable,
    count(case when outcome_rd37 in ('TOO_FEW_POINTS') then 1 end) as rd37_too_few,
    count(case when outcome_rd37 in ('NOT_RUN') then 1 end) as rd37_not_run,
    count(case when outcome_rd38 in ('PASS', 'FAIL') then 1 end) as rd38_checked,
    count(case when outcome_rd38 in ('FAIL') then 1 end) as rd38_violations,
    count(case when outcome_rd38 in ('NOT_APPLICABLE') then 1 end) as rd38_not_applicable,
    count(case when outcome_rd38 in ('TOO_FEW_POINTS') then 1 end) as rd38_too_few,
    count(case when outcome_rd38 in ('NOT_RUN') then 1 end) as rd38_not_run,
    count(case when outcome_rd39 in ('PASS', 'FAIL') then 1 end) as rd39_checked,
    count(case when outcome_rd39 in ('FAIL') then 1 end) as rd39_violations,
    count(case when outcome_rd39 in ('NOT_APPLICABLE') then 1 end) as rd39_not_applicable,
    count(case when outcome_rd39 in ('TOO_FEW_POINTS') then 1 end) as rd39_too_few,
    count(case when outcome_rd39 in ('NOT_RUN') then 1 end) as rd39_not_run,
    count(case when outcome_rd40 in ('PASS', 'FAIL') then 1 end) as rd40_checked,
    count(case when outcome_rd40 in ('FAIL') then 1 end) as rd40_violations,
    count(case when outcome_rd40 in ('NOT_APPLICABLE') then 1 end) as rd40_not_applicable,
    count(case when outcome_rd40 in ('TOO_FEW_POINTS') then 1 end) as rd40_too_few,
    count(case when outcome_rd40 in ('NOT_RUN') then 1 end) as rd40_not_run,
    count(case when outcome_rd41 in ('PASS', 'FAIL') then 1 end) as rd41_checked,
    count(case when outcome_rd41 in ('FAIL') then 1 end) as rd41_violations,
    count(case when outcome_rd41 in ('NOT_APPLICABLE') then 1 end) as rd41_not_applicable,
    count(case when outcome_rd41 in ('TOO_FEW_POINTS') then 1 end) as rd41_too_few,
    count(case when outcome_rd41 in ('NOT_RUN') then 1 end) as rd41_not_run,
    count(case when outcome_rd42 in ('PASS', 'FAIL') then 1 end) as rd42_checked,
    count(case when outcome_rd42 in ('FAIL') then 1 end) as rd42_violations,
    count(case when outcome_rd42 in ('NOT_APPLICABLE') then 1 end) as rd42_not_applicable,
    count(case when outcome_rd42 in ('TOO_FEW_POINTS') then 1 end) as rd42_too_few,
    count(case when outcome_rd42 in ('NOT_RUN') then 1 end) as rd42_not_run,
    count(case when outcome_rd43 in ('PASS', 'FAIL') then 1 end) as rd43_checked,
    count(case when outcome_rd43 in ('FAIL') then 1 end) as rd43_violations,
    count(case when outcome_rd43 in ('NOT_APPLICABLE') then 1 end) as rd43_not_applicable,
    count(case when outcome_rd43 in ('TOO_FEW_POINTS') then 1 end) as rd43_too_few,
    count(case when outcome_rd43 in ('NOT_RUN') then 1 end) as rd43_not_run,
    count(case when outcome_rd44 in ('PASS', 'FAIL') then 1 end) as rd44_checked,
    count(case when outcome_rd44 in ('FAIL') then 1 end) as rd44_violations,
    count(case when outcome_rd44 in ('NOT_APPLICABLE') then 1 end) as rd44_not_applicable,
    count(case when outcome_rd44 in ('TOO_FEW_POINTS') then 1 end) as rd44_too_few,
    count(case when outcome_rd44 in ('NOT_RUN') then 1 end) as rd44_not_run,
    count(case when outcome_rd45 in ('PASS', 'FAIL') then 1 end) as rd45_checked,
    count(case when outcome_rd45 in ('FAIL') then 1 end) as rd45_violations,
    count(case when outcome_rd45 in ('NOT_APPLICABLE') then 1 end) as rd45_not_applicable,
    count(case when outcome_rd45 in ('TOO_FEW_POINTS') then 1 end) as rd45_too_few,
    count(case when outcome_rd45 in ('NOT_RUN') then 1 end) as rd45_not_run,
    count(case when outcome_rd46 in ('PASS', 'FAIL') then 1 end) as rd46_checked,
    count(case when outcome_rd46 in ('FAIL') then 1 end) as rd46_violations,
    count(case when outcome_rd46 in ('NOT_APPLICABLE') then 1 end) as rd46_not_applicable,
    count(case when outcome_rd46 in ('TOO_FEW_POINTS') then 1 end) as rd46_too_few,
    count(case when outcome_rd46 in ('NOT_RUN') then 1 end) as rd46_not_run,
    count(case when outcome_rd47 in ('PASS', 'FAIL') then 1 end) as rd47_checked,
    count(case when outcome_rd47 in ('FAIL') then 1 end) as rd47_violations,
    count(case when outcome_rd47 in ('NOT_APPLICABLE') then 1 end) as rd47_not_applicable,
    count(case when outcome_rd47 in ('TOO_FEW_POINTS') then 1 end) as rd47_too_few,
    count(case when outcome_rd47 in ('NOT_RUN') then 1 end) as rd47_not_run,
    count(case when outcome_rd90 in ('PASS', 'FAIL') then 1 end) as rd90_checked,
    count(case when outcome_rd90 in ('FAIL') then 1 end) as rd90_violations,
    count(case when outcome_rd90 in ('NOT_APPLICABLE') then 1 end) as rd90_not_applicable,
    count(case when outcome_rd90 in ('TOO_FEW_POINTS') then 1 end) as rd90_too_few,
    count(case when outcome_rd90 in ('NOT_RUN') then 1 end) as rd90_not_run,
    count(case when outcome_rd91 in ('PASS', 'FAIL') then 1 end) as rd91_checked,
    count(case when outcome_rd91 in ('FAIL') then 1 end) as rd91_violations,
    count(case when outcome_rd91 in ('NOT_APPLICABLE') then 1 end) as rd91_not_applicable,
    count(case when outcome_rd91 in ('TOO_FEW_POINTS') then 1 end) as rd91_too_few,
    count(case when outcome_rd91 in ('NOT_RUN') then 1 end) as rd91_not_run
  from judged
  group by period
)

select 'RD00' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd00_checked as n_checked, rd00_violations as n_violations, rd00_not_applicable as n_not_applicable, rd00_too_few as n_too_few, rd00_not_run as n_not_run
from counted
union all
select 'RD01' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd01_checked as n_checked, rd01_violations as n_violations, rd01_not_applicable as n_not_applicable, rd01_too_few as n_too_few, rd01_not_run as n_not_run
from counted
union all
select 'RD02' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd02_checked as n_checked, rd02_violations as n_violations, rd02_not_applicable as n_not_applicable, rd02_too_few as n_too_few, rd02_not_run as n_not_run
from counted
union all
select 'RD03' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd03_checked as n_checked, rd03_violations as n_violations, rd03_not_applicable as n_not_applicable, rd03_too_few as n_too_few, rd03_not_run as n_not_run
from counted
union all
select 'RD04' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd04_checked as n_checked, rd04_violations as n_violations, rd04_not_applicable as n_not_applicable, rd04_too_few as n_too_few, rd04_not_run as n_not_run
from counted
union all
select 'RD05' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd05_checked as n_checked, rd05_violations as n_violations, rd05_not_applicable as n_not_applicable, rd05_too_few as n_too_few, rd05_not_run as n_not_run
from counted
union all
select 'RD06' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd06_checked as n_checked, rd06_violations as n_violations, rd06_not_applicable as n_not_applicable, rd06_too_few as n_too_few, rd06_not_run as n_not_run
from counted
union all
select 'RD07' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd07_checked as n_checked, rd07_violations as n_violations, rd07_not_applicable as n_not_applicable, rd07_too_few as n_too_few, rd07_not_run as n_not_run
from counted
union all
select 'RD08' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd08_checked as n_checked, rd08_violations as n_violations, rd08_not_applicable as n_not_applicable, rd08_too_few as n_too_few, rd08_not_run as n_not_run
from counted
union all
select 'RD09' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd09_checked as n_checked, rd09_violations as n_violations, rd09_not_applicable as n_not_applicable, rd09_too_few as n_too_few, rd09_not_run as n_not_run
from counted
union all
select 'RD10' as rule_code, cast(1 as integer) as rule_version, 'I' as severity, period,
  rd10_checked as n_checked, rd10_violations as n_violations, rd10_not_applicable as n_not_applicable, rd10_too_few as n_too_few, rd10_not_run as n_not_run
from counted
union all
select 'RD11' as rule_code, cast(1 as integer) as rule_version, 'I' as severity, period,
  rd11_checked as n_checked, rd11_violations as n_violations, rd11_not_applicable as n_not_applicable, rd11_too_few as n_too_few, rd11_not_run as n_not_run
from counted
union all
select 'RD12' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd12_checked as n_checked, rd12_violations as n_violations, rd12_not_applicable as n_not_applicable, rd12_too_few as n_too_few, rd12_not_run as n_not_run
from counted
union all
select 'RD13' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd13_checked as n_checked, rd13_violations as n_violations, rd13_not_applicable as n_not_applicable, rd13_too_few as n_too_few, rd13_not_run as n_not_run
from counted
union all
select 'RD14' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  rd14_checked as n_checked, rd14_violations as n_violations, rd14_not_applicable as n_not_applicable, rd14_too_few as n_too_few, rd14_not_run as n_not_run
from counted
union all
select 'RD20' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd20_checked as n_checked, rd20_violations as n_violations, rd20_not_applicable as n_not_applicable, rd20_too_few as n_too_few, rd20_not_run as n_not_run
from counted
union all
select 'RD21' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd21_checked as n_checked, rd21_violations as n_violations, rd21_not_applicable as n_not_applicable, rd21_too_few as n_too_few, rd21_not_run as n_not_run
from counted
union all
select 'RD22' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  rd22_checked as n_checked, rd22_violations as n_violations, rd22_not_applicable as n_not_applicable, rd22_too_few as n_too_few, rd22_not_run as n_not_run
from counted
union all
select 'RD23' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  rd23_checked as n_checked, rd23_violations as n_violations, rd23_not_applicable as n_not_applicable, rd23_too_few as n_too_few, rd23_not_run as n_not_run
from counted
union all
select 'RD24' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd24_checked as n_checked, rd24_violations as n_violations, rd24_not_applicable as n_not_applicable, rd24_too_few as n_too_few, rd24_not_run as n_not_run
from counted
union all
select 'RD25' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd25_checked as n_checked, rd25_violations as n_violations, rd25_not_applicable as n_not_applicable, rd25_too_few as n_too_few, rd25_not_run as n_not_run
from counted
union all
select 'RD26' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd26_checked as n_checked, rd26_violations as n_violations, rd26_not_applicable as n_not_applicable, rd26_too_few as n_too_few, rd26_not_run as n_not_run
from counted
union all
select 'RD27' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd27_checked as n_checked, rd27_violations as n_violations, rd27_not_applicable as n_not_applicable, rd27_too_few as n_too_few, rd27_not_run as n_not_run
from counted
union all
select 'RD28' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd28_checked as n_checked, rd28_violations as n_violations, rd28_not_applicable as n_not_applicable, rd28_too_few as n_too_few, rd28_not_run as n_not_run
from counted
union all
select 'RD30' as rule_code, cast(1 as integer) as rule_version, 'I' as severity, period,
  rd30_checked as n_checked, rd30_violations as n_violations, rd30_not_applicable as n_not_applicable, rd30_too_few as n_too_few, rd30_not_run as n_not_run
from counted
union all
select 'RD31' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd31_checked as n_checked, rd31_violations as n_violations, rd31_not_applicable as n_not_applicable, rd31_too_few as n_too_few, rd31_not_run as n_not_run
from counted
union all
select 'RD32' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd32_checked as n_checked, rd32_violations as n_violations, rd32_not_applicable as n_not_applicable, rd32_too_few as n_too_few, rd32_not_run as n_not_run
from counted
union all
select 'RD33' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd33_checked as n_checked, rd33_violations as n_violations, rd33_not_applicable as n_not_applicable, rd33_too_few as n_too_few, rd33_not_run as n_not_run
from counted
union all
select 'RD34' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd34_checked as n_checked, rd34_violations as n_violations, rd34_not_applicable as n_not_applicable, rd34_too_few as n_too_few, rd34_not_run as n_not_run
from counted
union all
select 'RD35' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  rd35_checked as n_checked, rd35_violations as n_violations, rd35_not_applicable as n_not_applicable, rd35_too_few as n_too_few, rd35_not_run as n_not_run
from counted
union all
select 'RD36' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  rd36_checked as n_checked, rd36_violations as n_violations, rd36_not_applicable as n_not_applicable, rd36_too_few as n_too_few, rd36_not_run as n_not_run
from counted
union all
select 'RD37' as rule_code, cast(1 as integer) as rule_version, 'I' as severity, period,
  rd37_checked as n_checked, rd37_violations as n_violations, rd37_not_applicable as n_not_applicable, rd37_too_few as n_too_few, rd37_not_run as n_not_run
from counted
union all
select 'RD38' as rule_code, cast(1 as integer) as rule_version, 'W' as severity, period,
  rd38_checked as n_checked, rd38_violations as n_violations, rd38_not_applicable as n_not_applicable, rd38_too_few as n_too_few, rd38_not_run as n_not_run
from counted
union all
select 'RD39' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd39_checked as n_checked, rd39_violations as n_violations, rd39_not_applicable as n_not_applicable, rd39_too_few as n_too_few, rd39_not_run as n_not_run
from counted
union all
select 'RD40' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd40_checked as n_checked, rd40_violations as n_violations, rd40_not_applicable as n_not_applicable, rd40_too_few as n_too_few, rd40_not_run as n_not_run
from counted
union all
select 'RD41' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd41_checked as n_checked, rd41_violations as n_violations, rd41_not_applicable as n_not_applicable, rd41_too_few as n_too_few, rd41_not_run as n_not_run
from counted
union all
select 'RD42' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd42_checked as n_checked, rd42_violations as n_violations, rd42_not_applicable as n_not_applicable, rd42_too_few as n_too_few, rd42_not_run as n_not_run
from counted
union all
select 'RD43' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd43_checked as n_checked, rd43_violations as n_violations, rd43_not_applicable as n_not_applicable, rd43_too_few as n_too_few, rd43_not_run as n_not_run
from counted
union all
select 'RD44' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd44_checked as n_checked, rd44_violations as n_violations, rd44_not_applicable as n_not_applicable, rd44_too_few as n_too_few, rd44_not_run as n_not_run
from counted
union all
select 'RD45' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd45_checked as n_checked, rd45_violations as n_violations, rd45_not_applicable as n_not_applicable, rd45_too_few as n_too_few, rd45_not_run as n_not_run
from counted
union all
select 'RD46' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd46_checked as n_checked, rd46_violations as n_violations, rd46_not_applicable as n_not_applicable, rd46_too_few as n_too_few, rd46_not_run as n_not_run
from counted
union all
select 'RD47' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd47_checked as n_checked, rd47_violations as n_violations, rd47_not_applicable as n_not_applicable, rd47_too_few as n_too_few, rd47_not_run as n_not_run
from counted
union all
select 'RD90' as rule_code, cast(1 as integer) as rule_version, 'I' as severity, period,
  rd90_checked as n_checked, rd90_violations as n_violations, rd90_not_applicable as n_not_applicable, rd90_too_few as n_too_few, rd90_not_run as n_not_run
from counted
union all
select 'RD91' as rule_code, cast(1 as integer) as rule_version, 'E' as severity, period,
  rd91_checked as n_checked, rd91_violations as n_violations, rd91_not_applicable as n_not_applicable, rd91_too_few as n_too_few, rd91_not_run as n_not_run
from counted
