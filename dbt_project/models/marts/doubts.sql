-- Figures in force that are almost certainly wrong: what each should be about and from which years, how certain that is, what the scheme of the
-- period does with it, and what has ended the doubt. One row per figure and rule.
with hits as (
  select hits.*, rules.role
  from {{ ref('val_ruled_hits') }} as hits
  inner join {{ source('raw', 'register_rule') }} as rules on rules.rule_code = hits.rule_code
  where {{ only_changed('hits.period') }} and rules.role in ('doubted', 'impossible')
),

treated as (
  select
    hits.*, figures.value as figure, units.name_zh as unit_zh, units.name_en as unit_en,
    found.certainty_then, found.certainty,
    case when hits.role = 'doubted' then case when hits.as_known_then then found.predicted_then else found.predicted end end as predicted,
    case when hits.role = 'doubted' then case when hits.as_known_then then found.ratio_then else found.ratio end end as ratio,
    case when hits.role = 'doubted' then case when hits.as_known_then then found.years_then else found.years end end as years,
    case
      when hits.counts_as <> 'W' or hits.silenced_by is not null then 'ended'
      else coalesce({{ doubt('doubts', 'schemes') }}, 'none')
    end as treatment
  from hits
  inner join {{ ref('val_figures') }} as figures
    on figures.submission_id = hits.submission_id and figures.sheet = hits.sheet and figures.row_no = hits.row_no and figures.col_no = hits.col_no
    and figures.indicator = hits.indicator
  inner join {{ source('raw', 'register_units') }} as units on units.unit_code = hits.unit_code
  left join {{ ref('val_certainty') }} as found
    on found.submission_id = hits.submission_id and found.sheet = hits.sheet and found.row_no = hits.row_no and found.col_no = hits.col_no
    and found.indicator = hits.indicator
  left join {{ ref('val_doubts') }} as doubts
    on doubts.unit_code = hits.unit_code and doubts.indicator = hits.indicator and doubts.period = hits.period
  left join {{ ref('val_schemes') }} as schemes on schemes.province_code = units.province_code and schemes.period = hits.period
  where {{ only_changed('figures.period') }}
)

select
  unit_code,
  cast(indicator as {{ dbt.type_string() }}) as indicator,
  period,
  rule_code,
  unit_zh,
  unit_en,
  figure as value,
  predicted,
  ratio,
  years,
  certainty_then,
  certainty,
  treatment,
  silenced_by,
  finding_id,
  provider_id,
  submission_id,
  sheet,
  cell,
  concat(case treatment when 'held' then '暂缓计分，不作其他单位的参照：' when 'marked' then '计分，不作其他单位的参照：' when 'ended' then '疑点已了结，照常计分：' else '照常计分：' end, why_zh, case when ratio is not null then concat('推算约 ', {{ plain('round(predicted, 2)') }}, '，填报数是推算数的 ', {{ plain('ratio') }}, ' 倍。') else '' end) as why_zh,
  concat(case treatment when 'held' then 'Held back, and nobody''s reference: ' when 'marked' then 'Scored, and nobody''s reference: ' when 'ended' then 'Settled, counts like any other: ' else 'Counts like any other: ' end, why_en, case when ratio is not null then concat(' Predicted: about ', {{ plain('round(predicted, 2)') }}, '; it is ', {{ plain('ratio') }}, ' times that.') else '' end) as why_en
from treated
