-- Every hit with what was ruled on it and found on the spot, and what it counts as for it: the one place where a ruling has effect.
--   value_hash  what a ruling binds to besides the rule's version: the value, not the way it was written
--   cause       rule, version, and the side of the expected range: what an accepted explanation is remembered for
--   counts_as   E held back, W marked, A answered (neither), I hint. An exemption lets a must-fix figure pass with a mark; an explanation
--               ends a must-explain point only; a ruling that upholds holds the figure back; a visit that found it true ends all but the mark
-- A ruling ends with its last day, as of the night's moment. Of several rulings on one finding the latest applies. An explanation with a
-- last day is remembered in later periods of the same unit and indicator, never in earlier ones; an exemption never leaves its value.
with described as (
  select
    hits.*,
    submissions.form_id,
    submissions.ledger_seq,
    figures.value,
    figures.resolution,
    md5(coalesce(cast(figures.value as varchar), hits.seen, '')) as value_hash,
    concat(hits.rule_code, ' v', cast(hits.rule_version as varchar),
      case when figures.value > hits.expected_high then ' +' when figures.value < hits.expected_low then ' -' else '' end) as cause
  from {{ ref('val_hits') }} as hits
  inner join {{ source('raw', 'submission') }} as submissions on submissions.submission_id = hits.submission_id
  left join {{ ref('stg_figures') }} as figures
    on figures.submission_id = hits.submission_id and figures.sheet = hits.sheet and figures.row_no = hits.row_no
    and figures.col_no = hits.col_no and figures.indicator = hits.indicator
  where {{ only_changed('hits.period') }} or hits.submission_id in (select ruled_submission from {{ ref('val_rulings') }})
),

findings as (
  select
    described.*,
    md5(concat_ws('|', provider_id, coalesce(form_id, ''), cast(period as varchar), rule_code, cast(rule_version as varchar),
      coalesce(unit_code, ''), coalesce(indicator, ''),
      case when unit_code is null or indicator is null then concat(coalesce(sheet, ''), '!', coalesce(cell, '')) else '' end, value_hash)) as finding_id
  from described
),

-- a line may name several cells of one sentence, as the slip does
ruled as (
  select
    findings.finding_id, findings.unit_code, findings.indicator, findings.period, findings.cause,
    rulings.ruling_id, rulings.state, rulings.ledger_seq, rulings.valid_until,
    rulings.valid_until < cast(night.as_of as date) as is_past,
    row_number() over (partition by findings.finding_id order by rulings.ledger_seq desc, rulings.row_no desc) as recency
  from {{ ref('val_rulings') }} as rulings
  cross join {{ source('raw', 'night') }} as night
  inner join findings
    on findings.submission_id = rulings.ruled_submission and findings.rule_code = rulings.rule_code and findings.rule_version = rulings.rule_version
    and coalesce(findings.sheet, '') = coalesce(rulings.ruled_sheet, '')
    and concat(' ', coalesce(rulings.ruled_cell, ''), ' ') like concat('% ', coalesce(findings.cell, ''), ' %')
  where rulings.is_valid
),

remembered as (
  select
    findings.finding_id, ruled.ruling_id, ruled.state, ruled.ledger_seq, ruled.valid_until,
    row_number() over (partition by findings.finding_id order by ruled.ledger_seq desc, ruled.ruling_id) as recency
  from ruled
  inner join findings
    on findings.unit_code = ruled.unit_code and findings.indicator = ruled.indicator and findings.cause = ruled.cause
    and findings.period > ruled.period
  where ruled.recency = 1 and ruled.state = 'ACCEPTED' and ruled.valid_until is not null and not ruled.is_past
),

joined as (
  select
    findings.*,
    coalesce(ruled.ruling_id, remembered.ruling_id) as ruling_id,
    coalesce(ruled.state, remembered.state) as ruling_state,
    coalesce(ruled.ledger_seq, remembered.ledger_seq) as ruling_seq,
    case when ruled.ruling_id is not null then ruled.valid_until else remembered.valid_until end as valid_until,
    coalesce(ruled.is_past, false) as is_past,
    visits.visit_id,
    case
      when visits.visit_id is null then null
      when visits.result = '属实' and abs(findings.value - visits.true_value) <= findings.resolution / 2 then 'CLEARED'
      when visits.result = '不实' and visits.true_value is not null and abs(findings.value - visits.true_value) > findings.resolution / 2 then 'UPHELD'
      when visits.result = '不实' and visits.true_value is null and findings.value = visits.reported_value then 'UPHELD'
    end as visit_state
  from findings
  left join ruled on ruled.finding_id = findings.finding_id and ruled.recency = 1
  left join remembered on remembered.finding_id = findings.finding_id and remembered.recency = 1
  left join {{ ref('val_visits') }} as visits
    on visits.unit_code = findings.unit_code and visits.indicator = findings.indicator and visits.period = findings.period
    and visits.is_in_force
  where {{ only_changed('findings.period') }}
)

select
  joined.*,
  case
    when visit_state = 'CLEARED' then case severity when 'E' then 'W' when 'W' then 'A' else severity end
    when ruling_state is null or is_past then severity
    when ruling_state = 'UPHELD' then 'E'
    when ruling_state = 'WAIVED' then case severity when 'E' then 'W' else severity end
    when ruling_state in ('ACCEPTED', 'CLEARED') then case severity when 'W' then 'A' else severity end
    else severity
  end as counts_as,
  case
    when visit_state = 'CLEARED' then concat('visit:', visit_id)
    when visit_state = 'UPHELD' or is_past then null
    when ruling_state in ('ACCEPTED', 'WAIVED', 'CLEARED') then concat('ruling:', ruling_id, coalesce(':' || cast(valid_until as varchar), ''))
  end as silenced_by
from joined
