-- Why a unit has no grade (暂不定档), in words: which limit of the scheme it stays below, and which figures are lacking, each with who owes it.
with withheld as (
  select coverage.*
  from {{ ref('sco_coverage') }} as coverage
  where coverage.is_withheld and {{ only_changed('coverage.period') }}
),

names as (
  select indicator, max(name_zh) as name_zh, max(name_en) as name_en
  from (
    select indicator, name_zh, name_en from {{ source('raw', 'register_indicators') }}
    union all
    select indicator, name_zh, name_en from {{ source('raw', 'register_derived_indicators') }}
  ) as named
  group by indicator
),

unscored as (
  select scores.unit_code, scores.period, scores.scheme_submission_id, scores.province_code, scores.indicator, scores.dimension_code, scores.dimension_zh, scores.score_status
  from {{ ref('sco_indicator_scores') }} as scores
  inner join withheld on withheld.unit_code = scores.unit_code and withheld.period = scores.period
  where {{ only_changed('scores.period') }} and scores.status <> 'NOT_APPLICABLE'
    and (scores.score is null or scores.score_status in ('MISSING', 'HELD', 'QUARANTINED', 'INSUFFICIENT_SAMPLE', 'UNDEFINED'))
),

-- the figures that each unscored indicator lacks: its own, its numerator and denominator, or its inputs
lacking as (
  select unscored.unit_code, unscored.period, unscored.indicator, vals.numerator as input, unscored.period as input_period
  from unscored
  inner join {{ ref('sco_values') }} as vals on vals.unit_code = unscored.unit_code and vals.indicator = unscored.indicator and vals.period = unscored.period
  where {{ only_changed('vals.period') }} and vals.numerator_status not in ('ACCEPTED', 'MARKED')
    and (unscored.scheme_submission_id, unscored.indicator) not in (select inputs.submission_id, inputs.indicator from {{ ref('stg_scheme_inputs') }} as inputs)
  union all
  select unscored.unit_code, unscored.period, unscored.indicator, vals.denominator, unscored.period
  from unscored
  inner join {{ ref('sco_values') }} as vals on vals.unit_code = unscored.unit_code and vals.indicator = unscored.indicator and vals.period = unscored.period
  where {{ only_changed('vals.period') }} and vals.denominator is not null and vals.denominator_status not in ('ACCEPTED', 'MARKED')
  union all
  select unscored.unit_code, unscored.period, unscored.indicator, inputs.input, unscored.period - coalesce(inputs.lag, 0)
  from unscored
  inner join {{ ref('stg_scheme_inputs') }} as inputs on inputs.submission_id = unscored.scheme_submission_id and inputs.indicator = unscored.indicator
),

owed as (
  select distinct
    lacking.unit_code, lacking.period, lacking.input, lacking.input_period, coalesce(names.name_zh, lacking.input) as name_zh, coalesce(names.name_en, lacking.input) as name_en,
    grid.provider_id, coalesce(providers.name_zh, '没有单位报送') as owner_zh, coalesce(providers.name_en, 'owed by nobody') as owner_en, coalesce(statuses.status_zh, '无报送任务') as status_zh,
    coalesce(statuses.status_en, 'not asked for') as status_en
  from lacking
  left join {{ ref('val_grid') }} as grid on grid.unit_code = lacking.unit_code and grid.indicator = lacking.input and grid.period = lacking.input_period
  left join {{ source('raw', 'register_provider') }} as providers on providers.provider_id = grid.provider_id
  left join {{ ref('cell_statuses') }} as statuses on statuses.status = grid.status
  left join names on names.indicator = lacking.input
  where coalesce(grid.status, 'NOT_OWED') not in ('ACCEPTED', 'MARKED')
),

-- indicators of which every figure is there, and which have no score for another reason: no target, a ratio without meaning
otherwise as (
  select unscored.unit_code, unscored.period, coalesce(names.name_zh, unscored.indicator) as name_zh, coalesce(names.name_en, unscored.indicator) as name_en, statuses.name_zh as status_zh, statuses.name_en as status_en
  from unscored
  left join names on names.indicator = unscored.indicator
  left join {{ ref('score_statuses') }} as statuses on statuses.score_status = unscored.score_status
  where (unscored.unit_code, unscored.period, unscored.indicator) not in (
    select lacking.unit_code, lacking.period, lacking.indicator from lacking inner join owed on owed.unit_code = lacking.unit_code and owed.period = lacking.period and owed.input = lacking.input)
),

by_owner as (
  select
    unit_code, period, case when provider_id is null then 1 else 0 end as place, owner_zh, owner_en,
    string_agg(concat(name_zh, case when input_period <> period then concat('（', cast(input_period as varchar), ' 年）') else '' end, '（', status_zh, '）'), '、' order by name_zh, input_period) as figures_zh,
    string_agg(concat(name_en, case when input_period <> period then concat(' of ', cast(input_period as varchar)) else '' end, ' (', lower(status_en), ')'), ', ' order by name_zh, input_period) as figures_en
  from owed
  group by unit_code, period, provider_id, owner_zh, owner_en
  union all
  select unit_code, period, 2, '不能计分的指标', 'not to be scored', string_agg(concat(name_zh, '（', coalesce(status_zh, ''), '）'), '、' order by name_zh), string_agg(concat(name_en, ' (', coalesce(status_en, ''), ')'), ', ' order by name_zh)
  from otherwise
  group by unit_code, period
),

whose as (
  select
    unit_code, period, string_agg(concat(owner_zh, '：', figures_zh), '；' order by place, owner_zh) as lacking_zh,
    string_agg(concat(owner_en, ': ', figures_en), '; ' order by place, owner_zh) as lacking_en
  from by_owner
  group by unit_code, period
),

empty_dimensions as (
  select unit_code, period, string_agg(dimension_zh, '、' order by dimension_code) as dimensions_zh, string_agg(dimension_code, ', ' order by dimension_code) as dimensions_en
  from (
    select scores.unit_code, scores.period, scores.dimension_code, max(scores.dimension_zh) as dimension_zh
    from {{ ref('sco_indicator_scores') }} as scores
    inner join withheld on withheld.unit_code = scores.unit_code and withheld.period = scores.period
    left join unscored on unscored.unit_code = scores.unit_code and unscored.period = scores.period and unscored.indicator = scores.indicator
    where {{ only_changed('scores.period') }} and scores.status <> 'NOT_APPLICABLE'
    group by scores.unit_code, scores.period, scores.dimension_code
    having count(*) = count(unscored.indicator)
  ) as emptied
  group by unit_code, period
)

select
  withheld.unit_code,
  withheld.period,
  withheld.scheme_submission_id,
  concat('暂不定档：',
    concat_ws('；',
      case when lacks_weight then concat('有得分的权重占 ', {{ plain('cast(withheld.weight_scored_pct as decimal(9, 2))') }}, '%，低于方案要求的 ', {{ plain('withheld.least_weight_scored') }}, '%') end,
      case when lacks_dimensions then concat(cast(withheld.n_dimensions as varchar), ' 个维度中 ', cast(withheld.n_dimensions_scored as varchar), ' 个有得分', coalesce(concat('（缺', empty_dimensions.dimensions_zh, '）'), ''), '，方案要求 ', cast(withheld.least_dimensions_scored as varchar), ' 个') end,
      case when stretches then concat(coalesce(names.name_zh, withheld.most_stretched), '的权重折合为原权重的 ', {{ plain('cast(withheld.most_stretch as decimal(18, 2))') }}, ' 倍，超过方案允许的 ', {{ plain('withheld.most_weight_stretch') }}, ' 倍') end),
    coalesce(concat('。缺：', whose.lacking_zh), '')) as reason_zh,
  concat('No grade: ',
    concat_ws('; ',
      case when lacks_weight then concat({{ plain('cast(withheld.weight_scored_pct as decimal(9, 2))') }}, ' % of the weight is scored, the scheme asks for ', {{ plain('withheld.least_weight_scored') }}, ' %') end,
      case when lacks_dimensions then concat(cast(withheld.n_dimensions_scored as varchar), ' of ', cast(withheld.n_dimensions as varchar), ' dimensions have a score', coalesce(concat(' (none in ', empty_dimensions.dimensions_en, ')'), ''), ', the scheme asks for ', cast(withheld.least_dimensions_scored as varchar)) end,
      case when stretches then concat('the weight of ', withheld.most_stretched, ' is stretched ', {{ plain('cast(withheld.most_stretch as decimal(18, 2))') }}, ' times, the scheme allows ', {{ plain('withheld.most_weight_stretch') }}) end),
    coalesce(concat('. Lacking: ', whose.lacking_en), '')) as reason_en
from withheld
left join names on names.indicator = withheld.most_stretched
left join whose on whose.unit_code = withheld.unit_code and whose.period = withheld.period
left join empty_dimensions on empty_dimensions.unit_code = withheld.unit_code and empty_dimensions.period = withheld.period
