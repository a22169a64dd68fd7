-- Every cell that forms, providers, units and calendar owe is in the published grid exactly once, and nothing else is.
with owed as (
  select units.unit_code, form_columns.field as indicator, calendar.period, provider_forms.provider_id
  from {{ source('raw', 'register_calendar') }} as calendar
  inner join {{ source('raw', 'register_form') }} as forms on forms.form_id = calendar.form_id and forms.kind = 'figures'
  inner join {{ source('raw', 'register_provider_form') }} as provider_forms
    on provider_forms.form_id = calendar.form_id
    and {{ within_years('calendar.period', 'provider_forms') }}
  inner join {{ source('raw', 'register_provider') }} as providers on providers.provider_id = provider_forms.provider_id
  inner join {{ source('raw', 'register_form_column') }} as form_columns
    on form_columns.form_id = calendar.form_id
    and calendar.period between form_columns.period_from and coalesce(form_columns.period_to, 9999)
  inner join {{ source('raw', 'register_units') }} as units
    on units.province_code = providers.province_code and units.level = 'prefecture'
    and calendar.period between units.valid_from and coalesce(units.valid_to, 9999)
  where calendar.period in (select changed.period from {{ source('raw', 'changed_period') }} as changed)
),

published as (
  select unit_code, indicator, period, provider_id, count(*) as n
  from {{ ref('expected_grid') }}
  where period in (select changed.period from {{ source('raw', 'changed_period') }} as changed)
  group by unit_code, indicator, period, provider_id
)

select coalesce(owed.unit_code, published.unit_code) as unit_code, coalesce(owed.indicator, published.indicator) as indicator, coalesce(owed.period, published.period) as period, published.n
from owed
full outer join published
  on published.unit_code = owed.unit_code and published.indicator = owed.indicator
  and published.period = owed.period and published.provider_id = owed.provider_id
where owed.unit_code is null or published.unit_code is null or published.n <> 1
