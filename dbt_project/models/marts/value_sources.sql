-- Where each scored value comes from: one row per figure that went into it, down to file, sheet and cell (结果可查询).
with inputs as (
  select unit_code, indicator, period, 'numerator' as input_role, numerator as input_indicator, denominator is null as is_direct
  from {{ ref('sco_values') }}
  where {{ only_changed('period') }}
  union all
  select unit_code, indicator, period, 'denominator', denominator, false
  from {{ ref('sco_values') }}
  where denominator is not null and {{ only_changed('period') }}
)

select
  inputs.unit_code,
  inputs.indicator,
  inputs.period,
  case when inputs.is_direct then 'value' else inputs.input_role end as input_role,
  inputs.input_indicator,
  coalesce(grid.status, 'NOT_OWED') as input_status,
  grid.value_text,
  grid.printed_unit,
  grid.value as input_value,
  grid.provider_id,
  grid.form_id,
  grid.submission_id,
  submissions.file_name,
  submissions.sha256,
  grid.sheet,
  grid.cell,
  submissions.received_at as known_at,
  coalesce(grid.why_zh, '该期表式不要求报送此项数据') as why_zh,
  coalesce(grid.why_en, 'No form asks for this figure in this period') as why_en
from inputs
left join {{ ref('val_grid') }} as grid
  on grid.unit_code = inputs.unit_code and grid.indicator = inputs.input_indicator and grid.period = inputs.period
left join {{ source('raw', 'submission') }} as submissions on submissions.submission_id = grid.submission_id

union all

select
  scores.unit_code,
  scores.indicator,
  scores.period,
  'target',
  scores.indicator,
  'ACCEPTED',
  targets.value_text,
  targets.printed_unit,
  targets.target,
  targets.provider_id,
  targets.form_id,
  targets.submission_id,
  submissions.file_name,
  submissions.sha256,
  targets.sheet,
  targets.cell,
  targets.known_at,
  concat('目标值出处：', targets.source_ref),
  concat('Source of the target: ', targets.source_ref)
from {{ ref('sco_indicator_scores') }} as scores
inner join {{ ref('val_targets') }} as targets
  on targets.unit_code = scores.unit_code and targets.indicator = scores.indicator and targets.period = scores.period
inner join {{ source('raw', 'submission') }} as submissions on submissions.submission_id = targets.submission_id
where scores.method = 'completion_signed' and {{ only_changed('scores.period') }}
