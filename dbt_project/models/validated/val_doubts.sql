-- Figures in force that are in doubt, and how strongly: what scoring reads of certainty (docs/truth.md), and nothing else, so that a return that
-- shifts everybody's rank a little recomputes no score. A doubt ends with the figure (another value), with an explanation that was accepted or a
-- ruling that cleared it, and with a visit that found it true: all of it is already in val_ruled_hits.
--   exceeds_then  the half step that the certainty exceeds from what was known when the period closed: what counts for the own score
--   exceeds       the same from everything known now, whether later years confirm the doubt or clear it: what counts for the others, whose
--                 reference the figure would be
-- What cannot be right whatever other years say exceeds everything. Which step withholds what is for the scheme to say (val_schemes).
{% set beyond_all = 9.5 %}
with open_hits as (
  select hits.*, rules.role
  from {{ ref('val_ruled_hits') }} as hits
  inner join {{ source('raw', 'register_rule') }} as rules on rules.rule_code = hits.rule_code
  where {{ only_changed('hits.period') }} and rules.role in ('doubted', 'impossible') and hits.counts_as = 'W' and hits.silenced_by is null
)

select
  figures.unit_code, figures.indicator, figures.period,
  cast(coalesce(max(case when hits.role = 'impossible' then {{ beyond_all }} when hits.as_known_then then {{ half_step('found.certainty_then') }} end), 0) as decimal(3, 1)) as exceeds_then,
  cast(max(case when hits.role = 'impossible' then {{ beyond_all }} else {{ half_step('found.certainty') }} end) as decimal(3, 1)) as exceeds
from open_hits as hits
inner join {{ ref('val_figures') }} as figures
  on figures.submission_id = hits.submission_id and figures.sheet = hits.sheet and figures.row_no = hits.row_no and figures.col_no = hits.col_no
  and figures.indicator = hits.indicator
left join {{ ref('val_certainty') }} as found
  on found.submission_id = hits.submission_id and found.sheet = hits.sheet and found.row_no = hits.row_no and found.col_no = hits.col_no
where {{ only_changed('figures.period') }}
group by figures.unit_code, figures.indicator, figures.period
