-- What a provider is asked for, by form and period: indicators times units, against the year before, and how much of it could be spared.
with asked as (
  select provider_id, form_id, period, count(*) as n_cells, count(distinct indicator) as n_indicators, count(distinct unit_code) as n_units
  from {{ ref('val_grid') }}
  where {{ only_changed('period', [-1, 0]) }}
  group by provider_id, form_id, period
),

spared as (
  select provider_id, form_id, period, count(distinct indicator) as n_indicators, sum(n_cells_saved) as n_cells
  from (
    select provider_id, form_id, period, indicator, max(n_cells_saved) as n_cells_saved
    from {{ ref('duplicate_asks') }}
    where n_cells_saved > 0 and {{ only_changed('period') }}
    group by provider_id, form_id, period, indicator
  ) as each_once
  group by provider_id, form_id, period
)

select
  this_year.provider_id,
  providers.name_zh as provider_zh,
  providers.name_en as provider_en,
  this_year.form_id,
  this_year.period,
  cast(this_year.n_indicators as integer) as n_indicators,
  cast(this_year.n_units as integer) as n_units,
  cast(this_year.n_cells as integer) as n_cells,
  cast(last_year.n_cells as integer) as n_cells_before,
  cast(coalesce(spared.n_cells, 0) as integer) as n_cells_twice,
  {{ exact_div('coalesce(spared.n_cells, 0) * 100', 'this_year.n_cells', 2) }} as twice_pct,
  concat(cast(this_year.n_indicators as varchar), ' 项指标 × ', cast(this_year.n_units as varchar), ' 个地区，共 ', cast(this_year.n_cells as varchar), ' 格',
    case when last_year.n_cells is null then '' when this_year.n_cells = last_year.n_cells then '，与上年相同'
      else concat('，上年 ', cast(last_year.n_cells as varchar), ' 格') end,
    case when spared.n_cells > 0 then concat('；其中 ', cast(spared.n_cells as varchar), ' 格可不重复填报') else '' end) as why_zh,
  concat(cast(this_year.n_indicators as varchar), ' indicators x ', cast(this_year.n_units as varchar), ' units, ', cast(this_year.n_cells as varchar), ' cells',
    case when last_year.n_cells is null then '' when this_year.n_cells = last_year.n_cells then ', as the year before'
      else concat(', ', cast(last_year.n_cells as varchar), ' the year before') end,
    case when spared.n_cells > 0 then concat('; ', cast(spared.n_cells as varchar), ' of them could be spared') else '' end) as why_en
from asked as this_year
inner join {{ source('raw', 'register_provider') }} as providers on providers.provider_id = this_year.provider_id
left join asked as last_year
  on last_year.provider_id = this_year.provider_id and last_year.form_id = this_year.form_id and last_year.period = this_year.period - 1
left join spared
  on spared.provider_id = this_year.provider_id and spared.form_id = this_year.form_id and spared.period = this_year.period
where {{ only_changed('this_year.period') }}
