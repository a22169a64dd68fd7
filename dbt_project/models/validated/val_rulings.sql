-- Each line of a ruling sheet held against who may rule on what: one boolean per condition, so that everything wrong is reported at once
-- (expectations/rules/rulings.yml reads these), and `is_valid` where all hold. Nothing here knows whether the point is still raised.
with lines as (
  select rulings.*, decided.cell, decided.col_no, submissions.received_at
  from {{ ref('stg_rulings') }} as rulings
  inner join {{ source('raw', 'submission') }} as submissions on submissions.submission_id = rulings.submission_id
  inner join {{ source('raw', 'cell') }} as decided
    on decided.submission_id = rulings.submission_id and decided.sheet = rulings.sheet and decided.row_no = rulings.row_no
    and decided.table_name = 'rulings' and decided.field = 'decision'
  where {{ only_changed('rulings.period') }}
),

held as (
  select
    lines.*,
    asked.provider_id as ruled_provider,
    asked.period as ruled_period,
    rules.severity as ruled_severity,
    decisions.state,
    decisions.decision_en,
    ruler.name_zh as ruler_zh,
    asked.submission_id is not null and rules.rule_code is not null and asked.period = lines.period as is_known,
    coalesce(asked.provider_id = lines.provider_id, false) as is_own,
    rights.provider_id is not null and (asked.submission_id is null or coalesce(owner.province_code, '') = ruler.province_code) as has_right,
    decisions.state is not null and lines.note is not null and lines.ruled_by is not null and lines.ruled_on is not null
      and lines.rule_version is not null as is_complete,
    not coalesce(decisions.needs_last_day, false) or (lines.valid_until is not null and lines.document is not null) as has_basis,
    lines.valid_until is null or lines.valid_until >= cast(lines.received_at as date) as is_current,
    not (coalesce(rules.severity = 'E', false) and (not coalesce(decisions.on_must_fix, true) or (decisions.state = 'WAIVED' and lines.ruled_cell is null))) as is_allowed
  from lines
  left join {{ source('raw', 'submission') }} as asked on asked.submission_id = lines.ruled_submission
  left join {{ source('raw', 'register_provider') }} as owner on owner.provider_id = asked.provider_id
  left join {{ source('raw', 'register_provider') }} as ruler on ruler.provider_id = lines.provider_id
  left join {{ source('raw', 'register_provider_form') }} as rights
    on rights.provider_id = lines.provider_id and rights.form_id = 'rulings'
    and {{ within_years('lines.period', 'rights') }}
  left join {{ source('raw', 'register_rule') }} as rules on rules.rule_code = lines.rule_code
  left join {{ ref('ruling_decisions') }} as decisions on decisions.decision = lines.decision
)

select
  concat(submission_id, ':', sheet, '!', cast(row_no as varchar)) as ruling_id,
  held.*,
  is_known and not is_own and has_right and is_complete and has_basis and is_current and is_allowed as is_valid
from held
