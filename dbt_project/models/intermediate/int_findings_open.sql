-- Violations that are asked about: on a figure with a place, of a return in force, with what their rule says of itself.
-- `preference` 1 where a cell breaks a rule more than once: the strongest.
select
  hits.*, rules.rests_on, rules.level as rule_level, rules.family, rules.title_zh, rules.title_en, rules.explained_by, rules.should_be_rank, rules.role,
  row_number() over (partition by hits.unit_code, hits.indicator, hits.period, hits.rule_code order by hits.evidence desc, hits.submission_id, hits.cell) as preference
from {{ ref('val_ruled_hits') }} as hits
inner join {{ ref('val_returns') }} as returns on returns.submission_id = hits.submission_id and returns.is_in_force
inner join {{ source('raw', 'register_rule') }} as rules on rules.rule_code = hits.rule_code
where hits.unit_code is not null and hits.indicator is not null and hits.row_no is not null
