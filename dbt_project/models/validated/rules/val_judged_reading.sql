-- Written by expectations/compiler.py from expectations/rules/reading.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
with judged as (
  select
    tested.*,
    case
      when not coalesce(true, false) then null
      when coalesce(false, false) then 'NOT_APPLICABLE'
      when coalesce(false, false) then 'TOO_FEW_POINTS'
      else case (finding_code is not null and finding_code not in ('RD00', 'RD01', 'RD02', 'RD03', 'RD04', 'RD05', 'RD06', 'RD07', 'RD08', 'RD09', 'RD10', 'RD11', 'RD12', 'RD13', 'RD14', 'RD15', 'RD16', 'RD20', 'RD21', 'RD22', 'RD23', 'RD24', 'RD25', 'RD26', 'RD27', 'RD28', 'RD29', 'RD30', 'RD31', 'RD32', 'RD33', 'RD34', 'RD35', 'RD36', 'RD37', 'RD38', 'RD39', 'RD40', 'RD41', 'RD42', 'RD43', 'RD44', 'RD45', 'RD46', 'RD47', 'RD50', 'RD51', 'RD52', 'RD53', 'RD54', 'RD55', 'RD60', 'RD61', 'RD62', 'RD63', 'RD64', 'RD65', 'RD66', 'RD67', 'RD90', 'RD91')) when true then 'FAIL' when false then 'PASS' else 'NOT_RUN' end
    end as outcome_rd00
  from {{ ref('val_tested_reading') }} as tested
  where {{ only_changed('tested.period') }}
),

marked as (
  select judged.*, coalesce(outcome_rd00 = 'FAIL' or finding_code is not null, false) as is_failing from judged
),

kept as (
  select
    period, outcome_rd00, is_failing,
    case when is_failing then submission_id end as submission_id,
    case when is_failing then provider_id end as provider_id,
    case when is_failing then unit_code end as unit_code,
    case when is_failing then indicator end as indicator,
    case when is_failing then sheet end as sheet,
    case when is_failing then row_no end as row_no,
    case when is_failing then col_no end as col_no,
    case when is_failing then cell end as cell,
    case when is_failing then finding_code end as finding_code,
    case when is_failing then finding_mend_en end as finding_mend_en,
    case when is_failing then finding_mend_zh end as finding_mend_zh,
    case when is_failing then message_en end as message_en,
    case when is_failing then message_zh end as message_zh,
    case when is_failing then seen_text end as seen_text
  from marked
)

select period, outcome_rd00, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, finding_code, finding_mend_en, finding_mend_zh, message_en, message_zh, seen_text, count(*) as n_alike
from kept
group by period, outcome_rd00, is_failing, submission_id, provider_id, unit_code, indicator, sheet, row_no, col_no, cell, finding_code, finding_mend_en, finding_mend_zh, message_en, message_zh, seen_text
