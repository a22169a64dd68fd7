-- Each value beside last year's, with a comparability code and its plain reason. A change is computed only from what last year
-- was on this year's footing (`previous_comparable`): as reported where nothing has changed; carried over the unit's lineage by
-- shares (additive indicators; ratios through numerator and denominator; estimated unless whole); spliced where an overlap gives
-- one period in both definitions. Rates in percentage points, amounts in per cent, no growth on a base that is not positive.
-- A unit that has ended keeps one row a value, which names its successors: never a zero.
with asked as (
  select unit_code, indicator, period, 'reported' as value_kind, value, status, cast(null as varchar) as derived_definition_id,
    indicator as numerator, cast(null as varchar) as denominator, cast(1 as decimal(28, 8)) as factor,
    value as numerator_value
  from {{ ref('val_grid') }}
  union all
  select unit_code, indicator, period, 'derived', value, status, definition_id, numerator, denominator, factor, numerator_value
  from {{ ref('sco_values') }}
  where denominator is not null
),

lineage as (
  select unit_code, period, max(case when level = 'department' then 'ORG' else 'REGION' end) as code, max(n_sources) as n_sources,
    bool_and(is_same) as is_same, bool_or(is_estimated) as is_estimated, count(share) as n_shares,
    {{ lineage_reason('zh') }} as reason_zh, {{ lineage_reason('en') }} as reason_en
  from {{ ref('val_lineage') }}
  where {{ only_changed('period') }}
  group by unit_code, period
),

ended as (
  select from_unit_code as unit_code, period, max(case when level = 'department' then 'ORG' else 'REGION' end) as code,
    {{ ending_reason('zh') }} as reason_zh, {{ ending_reason('en') }} as reason_en
  from {{ ref('val_lineage') }}
  where has_ended and {{ only_changed('period') }}
  group by from_unit_code, period
),

this_year as (
  select * from asked where {{ only_changed('period') }}
  union all
  select asked.unit_code, asked.indicator, ended.period, asked.value_kind, null, 'ENDED', asked.derived_definition_id, asked.numerator, asked.denominator, asked.factor, null
  from ended
  inner join asked on asked.unit_code = ended.unit_code and asked.period = ended.period - 1
),

measures as (
  select indicator, unit from {{ source('raw', 'register_indicators') }}
  union
  select distinct indicator, unit from {{ source('raw', 'register_derived_indicators') }}
),

breaks as (
  select indicator, valid_from as period, code, reason_zh, reason_en
  from {{ source('raw', 'register_definitions') }}
  where not comparable_with_previous
),

-- last year's reported figures of this year's units: their own, or carried over their lineage
carried as (
  select figures.unit_code, figures.indicator, figures.period + 1 as period, figures.value, false as is_carried
  from {{ ref('val_figures') }} as figures
  where {{ only_changed('figures.period', [-1]) }}
    and (figures.unit_code, figures.period + 1) not in (select lineage.unit_code, lineage.period from lineage)
  union all
  select edges.unit_code, figures.indicator, edges.period,
    cast(sum(cast(round(figures.value * cast(edges.share as decimal(9, 8)), 8) as decimal(28, 8))) as decimal(28, 8)), true
  from {{ ref('val_lineage') }} as edges
  inner join {{ ref('val_figures') }} as figures on figures.unit_code = edges.from_unit_code and figures.period = edges.period - 1
  left join {{ source('raw', 'register_indicators') }} as indicators on indicators.indicator = figures.indicator
  where {{ only_changed('edges.period') }} and edges.share is not null and (indicators.additive or edges.is_same)
  group by edges.unit_code, figures.indicator, edges.period
  having count(*) = max(edges.n_sources)
),

-- and in this year's definition, where an overlap (of last year, else of this) shows the effect of the break
on_this_footing as (
  select
    carried.unit_code, carried.indicator, carried.period, carried.is_carried,
    breaks.code is not null as is_spliced,
    coalesce(overlap_before.source_zh, overlap_now.source_zh) as source_zh,
    coalesce(overlap_before.source_en, overlap_now.source_en) as source_en,
    case
      when breaks.code is null then carried.value
      when measures.unit = '%' then carried.value + coalesce(overlap_before.value_new - overlap_before.value_old, overlap_now.value_new - overlap_now.value_old)
      else coalesce({{ exact_div('cast(carried.value as decimal(19, 4)) * cast(overlap_before.value_new as decimal(18, 4))', 'overlap_before.value_old', 8) }},
        {{ exact_div('cast(carried.value as decimal(19, 4)) * cast(overlap_now.value_new as decimal(18, 4))', 'overlap_now.value_old', 8) }})
    end as value
  from carried
  left join measures on measures.indicator = carried.indicator
  left join breaks on breaks.indicator = carried.indicator and breaks.period = carried.period
  left join {{ source('raw', 'register_definition_overlaps') }} as overlap_before
    on overlap_before.unit_code = carried.unit_code and overlap_before.indicator = carried.indicator and overlap_before.period = carried.period - 1
  left join {{ source('raw', 'register_definition_overlaps') }} as overlap_now
    on overlap_now.unit_code = carried.unit_code and overlap_now.indicator = carried.indicator and overlap_now.period = carried.period
),

paired as (
  select
    this_year.*,
    measures.unit,
    last_year.value as previous_value,
    last_year.value is not null and last_year.status in ('ACCEPTED', 'MARKED') as is_known,
    top.value as top_before,
    bottom.value as bottom_before,
    case when this_year.denominator is null then top.value else {{ exact_div('top.value * cast(this_year.factor as decimal(18, 8))', 'bottom.value', 8) }} end as footed,
    coalesce(top.is_spliced, false) or coalesce(bottom.is_spliced, false) as is_spliced,
    case when top.is_spliced then top.source_zh else bottom.source_zh end as overlap_zh,
    case when top.is_spliced then top.source_en else bottom.source_en end as overlap_en,
    coalesce(lineage.is_same, false) as is_same_unit,
    lineage.code is not null as is_other_territory,
    coalesce(lineage.is_estimated, false) as is_estimated_share,
    case
      when this_year.status = 'ENDED' then ended.code
      when lineage.code is not null and not lineage.is_same then lineage.code
      when last_year.unit_code is null and lineage.code is null then 'NO_PREVIOUS'
      when 'QUARANTINED' in (this_year.status, last_year.status) then 'QUARANTINED'
      when this_year.status not in ('ACCEPTED', 'MARKED') or last_year.status not in ('ACCEPTED', 'MARKED') then 'MISSING'
      when top_break.code is not null then top_break.code
      when bottom_break.code is not null then bottom_break.code
      when this_year.derived_definition_id <> last_year.derived_definition_id then 'DEFINITION'
      when coalesce(last_year.value, top.value) <= 0 and measures.unit <> '%' then 'BASE0'
      when lineage.code is not null and top.value is null then 'MISSING'
      else 'OK'
    end as comparability_code,
    coalesce(ended.reason_zh, lineage.reason_zh) as lineage_zh,
    coalesce(ended.reason_en, lineage.reason_en) as lineage_en,
    coalesce(top_break.reason_zh, bottom_break.reason_zh) as break_zh,
    coalesce(top_break.reason_en, bottom_break.reason_en) as break_en
  from this_year
  left join asked as last_year
    on last_year.unit_code = this_year.unit_code and last_year.indicator = this_year.indicator
    and last_year.value_kind = this_year.value_kind and last_year.period = this_year.period - 1
  left join measures on measures.indicator = this_year.indicator
  left join breaks as top_break on top_break.indicator = this_year.numerator and top_break.period = this_year.period
  left join breaks as bottom_break on bottom_break.indicator = this_year.denominator and bottom_break.period = this_year.period
  left join lineage on lineage.unit_code = this_year.unit_code and lineage.period = this_year.period
  left join ended on this_year.status = 'ENDED' and ended.unit_code = this_year.unit_code and ended.period = this_year.period
  left join on_this_footing as top
    on top.unit_code = this_year.unit_code and top.indicator = this_year.numerator and top.period = this_year.period
  left join on_this_footing as bottom
    on bottom.unit_code = this_year.unit_code and bottom.indicator = this_year.denominator and bottom.period = this_year.period
),

compared as (
  select
    paired.*,
    cast(case
      when status not in ('ACCEPTED', 'MARKED') then null
      when comparability_code in ('OK', 'BASE0') then coalesce(case when is_known and not is_other_territory then previous_value end, footed)
      when comparability_code in ('REGION', 'ORG', 'DEFINITION', 'VINTAGE', 'STANDARD', 'PRICE') and (is_spliced or is_other_territory) then footed
    end as decimal(28, 8)) as previous_comparable
  from paired
),

-- growth at constant prices: the official growth of a level; of an intensity, its numerator's growth over the official growth of what it is per
with_growth as (
  select
    compared.*,
    official.growth_indicator,
    official.level_price_basis,
    growth.value as growth_official_pct,
    case when compared.unit <> '%' and compared.previous_comparable > 0
      then {{ exact_div('(compared.value - compared.previous_comparable) * 100', 'compared.previous_comparable', 4) }} end as growth_pct,
    case
      when compared.denominator is null then growth.value
      when compared.status in ('ACCEPTED', 'MARKED') and compared.top_before > 0 then cast(
        {{ exact_div(exact_div('compared.numerator_value * 100', 'compared.top_before', 8) ~ ' * 100', '100 + per_growth.value', 4) }} - 100 as decimal(28, 8))
    end as growth_constant_pct
  from compared
  left join {{ source('raw', 'register_official_growth') }} as official on official.indicator = compared.indicator
  left join {{ ref('val_figures') }} as growth
    on growth.unit_code = compared.unit_code and growth.period = compared.period and growth.indicator = official.growth_indicator
  left join {{ source('raw', 'register_official_growth') }} as per on per.indicator = compared.denominator and per.growth_price_basis = 'constant'
  left join {{ ref('val_figures') }} as per_growth
    on per_growth.unit_code = compared.unit_code and per_growth.period = compared.period and per_growth.indicator = per.growth_indicator
)

select
  with_growth.unit_code,
  with_growth.indicator,
  with_growth.period,
  with_growth.value_kind,
  with_growth.unit,
  with_growth.value,
  with_growth.previous_value,
  with_growth.previous_comparable,
  case
    when with_growth.previous_comparable is null then null
    when with_growth.is_other_territory and with_growth.is_spliced then 'lineage+overlap'
    when with_growth.is_other_territory then 'lineage'
    when with_growth.is_spliced then 'overlap'
    else 'reported'
  end as comparable_by,
  with_growth.previous_comparable is not null and with_growth.is_other_territory and with_growth.is_estimated_share as is_estimated,
  cast(with_growth.value - with_growth.previous_comparable as decimal(28, 8)) as difference,
  with_growth.growth_pct,
  with_growth.growth_constant_pct,
  with_growth.growth_official_pct,
  cast(with_growth.growth_pct - with_growth.growth_official_pct as decimal(28, 8)) as growth_gap_pct,
  coalesce(with_growth.level_price_basis, case when with_growth.growth_constant_pct is not null then 'current' end) as price_basis,
  with_growth.comparability_code,
  codes.name_zh as comparability_zh,
  codes.name_en as comparability_en,
  concat(rtrim({{ comparison_reason('zh') }}, '。'), case when with_growth.previous_comparable is null then '' else concat(
    case when with_growth.is_other_territory and not with_growth.is_same_unit then case when with_growth.is_estimated_share then '；上年数按份额折算到本年范围（估计）' else '；上年数已并到本年范围' end else '' end,
    case when with_growth.is_spliced then concat('；以重叠期数据衔接：', with_growth.overlap_zh) else '' end) end) as why_zh,
  concat({{ comparison_reason('en') }}, case when with_growth.previous_comparable is null then '' else concat(
    case when with_growth.is_other_territory and not with_growth.is_same_unit then case when with_growth.is_estimated_share then '; last year carried to this year''s territory by shares (estimated)' else '; last year summed to this year''s territory' end else '' end,
    case when with_growth.is_spliced then concat('; spliced through an overlap: ', with_growth.overlap_en) else '' end) end) as why_en
from with_growth
inner join {{ ref('comparability_codes') }} as codes on codes.comparability_code = with_growth.comparability_code
