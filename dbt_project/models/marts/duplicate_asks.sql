-- Figures that a province asks for twice (减少重复考评、多头考评), one row per way in which one of them could be spared:
--   SAME_INDICATOR   two forms ask for the same indicator
--   SAME_CONCEPT     two indicators of different names are one concept (register overlaps)
--   DERIVABLE        the figure follows from others that are asked for too (register overlaps)
--   TWO_ASSESSMENTS  two assessments of one period use an indicator that is collected once: nothing to spare, one collection for both
-- Kept is the form that has more usable cells of the indicator in the period, the first by provider and form among equals. A figure by which a
-- rule checks others is listed with that rule: without the figure there is no check.
with asked as (
  select
    providers.province_code, calendar.period, provider_forms.provider_id, provider_forms.form_id, form_columns.field as indicator,
    min(providers.name_zh) as provider_zh, min(providers.name_en) as provider_en, min(forms.number) as form_number, count(distinct units.unit_code) as n_units
  from {{ source('raw', 'register_provider_form') }} as provider_forms
  inner join {{ source('raw', 'register_provider') }} as providers on providers.provider_id = provider_forms.provider_id
  inner join {{ source('raw', 'register_form') }} as forms on forms.form_id = provider_forms.form_id and forms.kind = 'figures'
  inner join {{ source('raw', 'register_calendar') }} as calendar
    on calendar.form_id = provider_forms.form_id
    and {{ within_years('calendar.period', 'provider_forms') }}
  inner join {{ source('raw', 'register_form_column') }} as form_columns
    on form_columns.form_id = provider_forms.form_id
    and calendar.period between form_columns.period_from and coalesce(form_columns.period_to, 9999)
  inner join {{ source('raw', 'register_units') }} as units
    on units.province_code = providers.province_code and units.level = 'prefecture'
    and calendar.period between units.valid_from and coalesce(units.valid_to, 9999)
  where {{ only_changed('calendar.period') }}
  group by providers.province_code, calendar.period, provider_forms.provider_id, provider_forms.form_id, form_columns.field
),

usable as (
  select provider_id, form_id, period, indicator, count(*) as n_usable
  from {{ ref('val_grid') }}
  where status in ('ACCEPTED', 'MARKED') and {{ only_changed('period') }}
  group by provider_id, form_id, period, indicator
),

ranked as (
  select
    asked.*,
    row_number() over (
      partition by asked.province_code, asked.period, asked.indicator
      order by coalesce(usable.n_usable, 0) desc, asked.provider_id, asked.form_id
    ) as place
  from asked
  left join usable
    on usable.provider_id = asked.provider_id and usable.form_id = asked.form_id
    and usable.period = asked.period and usable.indicator = asked.indicator
),

-- every indicator on the other side of an overlap
inputs as (
  select
    known.indicator, known.kind, known.relation_zh, known.relation_en, known.checked_by, ranked.indicator as input, names.name_zh as input_zh, names.name_en as input_en,
    ranked.province_code, ranked.period, ranked.provider_id, ranked.provider_zh, ranked.provider_en, ranked.form_id, ranked.form_number,
    length(known.other_indicators) - length(replace(known.other_indicators, ' ', '')) + 1 as n_needed
  from {{ source('raw', 'register_overlaps') }} as known
  inner join ranked on concat(' ', known.other_indicators, ' ') like concat('% ', ranked.indicator, ' %') and ranked.place = 1
  inner join {{ source('raw', 'register_indicators') }} as names on names.indicator = ranked.indicator
),

overlapping as (
  select
    indicator, kind, province_code, period, max(relation_zh) as relation_zh, max(relation_en) as relation_en, max(checked_by) as checked_by,
    min(provider_id) as provider_id, min(form_id) as form_id,
    string_agg(distinct input_zh, '、' order by input_zh) as inputs_zh, string_agg(distinct input_en, ', ' order by input_en) as inputs_en,
    string_agg(distinct concat(provider_zh, ' ', form_number), '、' order by concat(provider_zh, ' ', form_number)) as kept_zh,
    string_agg(distinct concat(provider_en, ' ', form_number), ', ' order by concat(provider_en, ' ', form_number)) as kept_en
  from inputs
  group by indicator, kind, province_code, period, n_needed
  having count(distinct input) = n_needed
),

used as (
  select providers.province_code, returns.period, scored.indicator, count(distinct schemes.scheme_id) as n_schemes,
    string_agg(distinct schemes.scheme_id, '、' order by schemes.scheme_id) as schemes
  from {{ ref('val_returns') }} as returns
  inner join {{ source('raw', 'register_provider') }} as providers on providers.provider_id = returns.provider_id
  inner join {{ ref('stg_schemes') }} as schemes on schemes.submission_id = returns.submission_id
  inner join {{ ref('stg_scheme_indicators') }} as scored on scored.submission_id = returns.submission_id
  where returns.is_in_force and {{ only_changed('returns.period') }}
  group by providers.province_code, returns.period, scored.indicator
),

found as (
  select
    again.province_code, again.period, 'SAME_INDICATOR' as kind, again.indicator, cast(null as {{ dbt.type_string() }}) as relation_zh, cast(null as {{ dbt.type_string() }}) as relation_en,
    cast(null as {{ dbt.type_string() }}) as checked_by, again.provider_id, again.form_id, again.provider_zh, again.provider_en, again.form_number,
    kept.provider_id as kept_provider, kept.form_id as kept_form,
    concat(kept.provider_zh, ' ', kept.form_number) as kept_zh, concat(kept.provider_en, ' ', kept.form_number) as kept_en, again.n_units as n_cells_saved,
    indicators.name_zh as kept_indicator_zh, indicators.name_en as kept_indicator_en
  from ranked as again
  inner join ranked as kept
    on kept.province_code = again.province_code and kept.period = again.period and kept.indicator = again.indicator and kept.place = 1
  inner join {{ source('raw', 'register_indicators') }} as indicators on indicators.indicator = again.indicator
  where again.place > 1
  union all
  select
    ranked.province_code, ranked.period, overlapping.kind, ranked.indicator, overlapping.relation_zh, overlapping.relation_en,
    overlapping.checked_by, ranked.provider_id, ranked.form_id, ranked.provider_zh, ranked.provider_en, ranked.form_number,
    overlapping.provider_id, overlapping.form_id, overlapping.kept_zh, overlapping.kept_en, ranked.n_units,
    overlapping.inputs_zh, overlapping.inputs_en
  from overlapping
  inner join ranked
    on ranked.province_code = overlapping.province_code and ranked.period = overlapping.period and ranked.indicator = overlapping.indicator
  union all
  select
    ranked.province_code, ranked.period, 'TWO_ASSESSMENTS', ranked.indicator, used.schemes, used.schemes,
    null, ranked.provider_id, ranked.form_id, ranked.provider_zh, ranked.provider_en, ranked.form_number,
    ranked.provider_id, ranked.form_id, concat(ranked.provider_zh, ' ', ranked.form_number), concat(ranked.provider_en, ' ', ranked.form_number), 0, null, null
  from used
  inner join ranked
    on ranked.province_code = used.province_code and ranked.period = used.period and ranked.indicator = used.indicator and ranked.place = 1
  where used.n_schemes > 1
)

select
  found.province_code,
  found.period,
  found.kind,
  found.indicator,
  indicators.name_zh as indicator_zh,
  indicators.name_en as indicator_en,
  found.provider_id,
  found.form_id,
  found.kept_provider,
  found.kept_form,
  cast(found.n_cells_saved as integer) as n_cells_saved,
  found.checked_by,
  case found.kind
    when 'SAME_INDICATOR' then concat('保留 ', found.kept_zh, ' 的这一栏，', found.provider_zh, ' ', found.form_number, ' 不再填报，由数据仓库取用')
    when 'SAME_CONCEPT' then concat('以 ', found.kept_zh, ' 的“', found.kept_indicator_zh, '”为准，', found.provider_zh, ' ', found.form_number, ' 不再填报这一栏')
    when 'DERIVABLE' then concat('由数据仓库按已报数据计算，', found.provider_zh, ' ', found.form_number, ' 不再填报这一栏',
      case when found.checked_by is not null then concat('；该数现用于规则 ', found.checked_by, ' 互证，取消后不再互证') else '' end)
    else concat('只由 ', found.kept_zh, ' 报一次，各项考评共用同一个数')
  end as merge_zh,
  case found.kind
    when 'SAME_INDICATOR' then concat('Keep the column of ', found.kept_en, '; drop it from ', found.provider_en, ' ', found.form_number, ' and take it from the warehouse')
    when 'SAME_CONCEPT' then concat('Let ', found.kept_indicator_en, ' of ', found.kept_en, ' stand; drop the column from ', found.provider_en, ' ', found.form_number)
    when 'DERIVABLE' then concat('Compute it from what is reported; drop the column from ', found.provider_en, ' ', found.form_number,
      case when found.checked_by is not null then concat('; rule ', found.checked_by, ' now checks the others by it and would be lost') else '' end)
    else concat('Reported once, by ', found.kept_en, '; all assessments use that one figure')
  end as merge_en,
  case found.kind
    when 'SAME_INDICATOR' then concat('“', indicators.name_zh, '”由 ', found.kept_zh, ' 和 ', found.provider_zh, ' ', found.form_number, ' 各报一次')
    when 'SAME_CONCEPT' then concat('“', indicators.name_zh, '”与 ', found.kept_zh, ' 的“', found.kept_indicator_zh, '”是同一概念：', found.relation_zh)
    when 'DERIVABLE' then concat('“', indicators.name_zh, '”可由已报的数得出：', found.relation_zh)
    else concat('“', indicators.name_zh, '”同时用于 ', found.relation_zh)
  end as why_zh,
  case found.kind
    when 'SAME_INDICATOR' then concat(indicators.name_en, ' is reported by ', found.kept_en, ' and again by ', found.provider_en, ' ', found.form_number)
    when 'SAME_CONCEPT' then concat(indicators.name_en, ' is the same concept as ', found.kept_indicator_en, ' of ', found.kept_en, ': ', found.relation_en)
    when 'DERIVABLE' then concat(indicators.name_en, ' follows from figures that are asked for too: ', found.relation_en)
    else concat(indicators.name_en, ' is used by ', found.relation_en)
  end as why_en
from found
inner join {{ source('raw', 'register_indicators') }} as indicators on indicators.indicator = found.indicator
