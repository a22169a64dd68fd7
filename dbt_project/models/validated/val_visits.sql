-- Each recounted figure, in the indicator's unit, held against who may visit whom: one boolean per condition (expectations/rules/visits.yml
-- reads these). `is_in_force` is the latest valid result on a unit, indicator and period; `could not be verified` never ends an earlier one.
--   true_value  what the figure is according to the visit; NULL where it was found untrue and no value was established
with lines as (
  select visits.*, decided.cell, decided.col_no, submissions.received_at
  from {{ ref('stg_visits') }} as visits
  inner join {{ source('raw', 'submission') }} as submissions on submissions.submission_id = visits.submission_id
  inner join {{ source('raw', 'cell') }} as decided
    on decided.submission_id = visits.submission_id and decided.sheet = visits.sheet and decided.row_no = visits.row_no
    and decided.table_name = 'visits' and decided.field = 'result'
  where {{ only_changed('visits.period') }}
),

-- the cell that holds the value: the verified one, or the reported one that was found true
value_cells as (
  select submission_id, sheet, row_no, col_no, cell, trim(value_text) as value_text,
    row_number() over (partition by submission_id, sheet, row_no order by case when field = 'verified' then 0 else 1 end) as preference
  from {{ source('raw', 'cell') }}
  where table_name = 'visits' and field in ('verified', 'reported') and nullif(trim(value_text), '') is not null
    and {{ only_changed('period') }}
),

owners as (
  select providers.province_code, form_columns.field as indicator, visited.period, min(providers.provider_id) as owner
  from {{ source('raw', 'register_provider_form') }} as provider_forms
  inner join {{ source('raw', 'register_provider') }} as providers on providers.provider_id = provider_forms.provider_id
  inner join {{ source('raw', 'register_form') }} as forms on forms.form_id = provider_forms.form_id and forms.kind = 'figures'
  inner join {{ source('raw', 'register_form_column') }} as form_columns on form_columns.form_id = provider_forms.form_id
  inner join (select distinct period from {{ source('raw', 'submission') }} where {{ only_changed('period') }}) as visited on {{ within_years('visited.period', 'provider_forms') }}
  group by providers.province_code, form_columns.field, visited.period
),

held as (
  select
    lines.*,
    value_cells.col_no as value_col_no,
    value_cells.cell as value_cell,
    value_cells.value_text as true_text,
    case when position('.' in value_cells.value_text) > 0 then length(value_cells.value_text) - position('.' in value_cells.value_text) else 0 end as decimals,
    measures.factor,
    units.name_zh as unit_zh,
    units.province_code,
    indicators.name_zh as indicator_zh,
    indicators.name_en as indicator_en,
    indicators.unit as canonical_unit,
    owners.owner,
    {{ within_limit('round(lines.reported * measures.factor, 8)') }} as reported_value,
    {{ within_limit("round(case lines.result when '属实' then coalesce(lines.verified, lines.reported) when '不实' then lines.verified end * measures.factor, 8)") }} as true_value,
    units.unit_code is not null and indicators.indicator is not null and owners.owner is not null and measures.factor is not null as is_known,
    coalesce(owners.owner = lines.provider_id, false) as is_own,
    rights.provider_id is not null and (units.unit_code is null or units.province_code = visitor.province_code) as has_right,
    lines.result in ('属实', '不实', '无法核实') and lines.material is not null and lines.document is not null
      and lines.visited_by is not null and lines.visited_on is not null as is_complete,
    lines.result = '无法核实' or coalesce(lines.verified, lines.reported) is not null as has_value
  from lines
  left join value_cells
    on value_cells.submission_id = lines.submission_id and value_cells.sheet = lines.sheet and value_cells.row_no = lines.row_no
    and value_cells.preference = 1
  left join {{ source('raw', 'register_units') }} as units on units.unit_code = lines.unit_code
  left join {{ source('raw', 'register_indicators') }} as indicators on indicators.indicator = lines.indicator
  left join {{ source('raw', 'register_measures') }} as measures
    on measures.measure_text = lines.measure_text and measures.canonical_unit = indicators.unit
  left join owners on owners.province_code = units.province_code and owners.indicator = lines.indicator and owners.period = lines.period
  left join {{ source('raw', 'register_provider') }} as visitor on visitor.provider_id = lines.provider_id
  left join {{ source('raw', 'register_provider_form') }} as rights
    on rights.provider_id = lines.provider_id and rights.form_id = 'visits'
    and {{ within_years('lines.period', 'rights') }}
),

judged as (
  select held.*, is_known and not is_own and has_right and is_complete and has_value as is_valid
  from held
),

ordered as (
  select
    judged.*,
    row_number() over (
      partition by unit_code, indicator, period
      order by case when is_valid and result <> '无法核实' then 0 else 1 end, ledger_seq desc, row_no desc
    ) as preference
  from judged
)

select
  concat(submission_id, ':', sheet, '!', cast(row_no as varchar)) as visit_id,
  ordered.*,
  cast(cast(power(10, -least(decimals, 8)) as decimal(18, 8)) * factor as decimal(28, 8)) as resolution,
  preference = 1 and is_valid and result <> '无法核实' as is_in_force
from ordered
