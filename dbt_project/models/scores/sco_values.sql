-- The value of every indicator that a scheme scores, by unit and period: as reported, or derived from two
-- reported ones (numerator / denominator x factor), or composed by the scheme's own inputs (sco_composed). Every unit of a
-- scheme's classes has a row for every scored indicator; a value that cannot be had says why. Exact decimals, eight places;
-- `value_real` keeps the digits beyond them.
with scored as (
  select
    classes.unit_code,
    classes.class_id,
    classes.class_zh,
    schemes.province_code,
    schemes.period,
    schemes.submission_id as scheme_submission_id,
    schemes.hold_above,
    schemes.mark_above,
    indicators.indicator
  from {{ ref('val_schemes') }} as schemes
  inner join {{ ref('stg_scheme_classes') }} as classes on classes.submission_id = schemes.submission_id
  inner join {{ ref('stg_scheme_indicators') }} as indicators on indicators.submission_id = schemes.submission_id
  where {{ only_changed('schemes.period') }}
),

sources_of as (
  select
    scored.*,
    composed.indicator is not null as is_composed,
    composed.value_real as composed_real,
    composed.value as composed_value,
    composed.status as composed_status,
    composed.doubt as composed_doubt,
    coalesce(derived.numerator, scored.indicator) as numerator,
    case when composed.indicator is null then coalesce(derived.numerator, scored.indicator) end as reported,
    derived.denominator,
    derived.factor,
    derived.definition_id as derived_definition_id
  from scored
  left join {{ ref('sco_composed') }} as composed
    on composed.scheme_submission_id = scored.scheme_submission_id and composed.unit_code = scored.unit_code
    and composed.indicator = scored.indicator and composed.period = scored.period
  left join {{ source('raw', 'register_derived_indicators') }} as derived
    on derived.indicator = scored.indicator and composed.indicator is null
    and scored.period between derived.period_from and coalesce(derived.period_to, 9999)
),

-- few indicators are anyone's denominator: the others are not joined a second time
denominators as (
  select distinct denominator as indicator from {{ source('raw', 'register_derived_indicators') }}
),

bottoms as (
  select figures.unit_code, figures.indicator, figures.period, figures.value
  from {{ ref('val_figures') }} as figures
  inner join denominators on denominators.indicator = figures.indicator
  where {{ only_changed('figures.period') }}
),

bottom_statuses as (
  select grid.unit_code, grid.indicator, grid.period, grid.status
  from {{ ref('val_grid') }} as grid
  inner join denominators on denominators.indicator = grid.indicator
  where {{ only_changed('grid.period') }}
),

joined as (
  select
    sources_of.*,
    {{ doubt('top_doubts', 'sources_of') }} as numerator_doubt,
    {{ doubt('bottom_doubts', 'sources_of') }} as denominator_doubt,
    top.value as numerator_value,
    {{ as_printed('top.value', 'top.value_text') }} as numerator_real,
    bottom.value as denominator_value,
    top.definition_id as numerator_definition_id,
    case when is_composed then composed_status else {{ counted_status('top_grid.status') }} end as numerator_status,
    case when sources_of.denominator is null then 'ACCEPTED' else {{ counted_status('bottom_grid.status') }} end as denominator_status
  from sources_of
  left join {{ ref('val_figures') }} as top
    on top.unit_code = sources_of.unit_code and top.indicator = sources_of.reported and top.period = sources_of.period
  left join {{ ref('val_grid') }} as top_grid
    on top_grid.unit_code = sources_of.unit_code and top_grid.indicator = sources_of.reported and top_grid.period = sources_of.period
  left join bottoms as bottom
    on bottom.unit_code = sources_of.unit_code and bottom.indicator = sources_of.denominator and bottom.period = sources_of.period
  left join bottom_statuses as bottom_grid
    on bottom_grid.unit_code = sources_of.unit_code and bottom_grid.indicator = sources_of.denominator and bottom_grid.period = sources_of.period
  left join {{ ref('val_doubts') }} as top_doubts
    on top_doubts.unit_code = sources_of.unit_code and top_doubts.indicator = sources_of.reported and top_doubts.period = sources_of.period
  left join {{ ref('val_doubts') }} as bottom_doubts
    on bottom_doubts.unit_code = sources_of.unit_code and bottom_doubts.indicator = sources_of.denominator and bottom_doubts.period = sources_of.period
),

valued as (
  select
    joined.*,
    case
      when is_composed then composed_value
      when denominator is null then numerator_value
      else {{ exact_div('numerator_value * cast(factor as decimal(18, 8))', 'denominator_value', 8) }}
    end as value
  from joined
)

-- the worst of what it is made of; a figure held back has no value until its doubt ends
, judged as (
  select
    valued.*,
    case
      when composed_status = 'HELD' or 'held' in (numerator_doubt, denominator_doubt) then 'held'
      when 'marked' in (composed_doubt, numerator_doubt, denominator_doubt) then 'marked'
    end as doubt,
    case
      when is_composed then composed_status
      when 'QUARANTINED' in (numerator_status, denominator_status) then 'QUARANTINED'
      when 'NOT_APPLICABLE' in (numerator_status, denominator_status) then 'NOT_APPLICABLE'
      when numerator_value is null or (denominator is not null and coalesce(denominator_value, 0) = 0) then 'MISSING'
      when 'held' in (numerator_doubt, denominator_doubt) then 'HELD'
      when value is null then 'UNDEFINED'  -- beyond what is stored exactly: a ratio to nearly nothing
      when 'MARKED' in (numerator_status, denominator_status) then 'MARKED'
      else 'ACCEPTED'
    end as status
  from valued
)

select
  unit_code,
  indicator,
  period,
  class_id,
  class_zh,
  province_code,
  scheme_submission_id,
  coalesce(derived_definition_id, numerator_definition_id) as definition_id,
  case when status <> 'HELD' then value end as value,
  case when status = 'HELD' then null when is_composed then composed_real when denominator is null then numerator_real else cast(value as double) end as value_real,
  status,
  doubt,
  numerator,
  denominator,
  factor,
  numerator_value,
  denominator_value,
  numerator_status,
  denominator_status
from judged
