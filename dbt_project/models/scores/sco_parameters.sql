-- One row per scheme, class and scored indicator: every parameter resolved (the class's own before the general one, then the
-- default), so that a method finds its numbers in one place. `prepares` says whether the value is worked on before it is scored.
{%- set kinds = scoring_parameters() %}
with classes as (
  select distinct submission_id, period, class_id from {{ ref('stg_scheme_classes') }} where {{ only_changed('period') }}
),

given as (
  select
    parameters.submission_id, parameters.indicator, classes.class_id, parameters.parameter,
    coalesce(max(case when parameters.class_id = classes.class_id then parameters.parameter_value end), max(case when parameters.class_id is null then parameters.parameter_value end)) as parameter_value
  from {{ ref('stg_scheme_parameters') }} as parameters
  inner join classes
    on classes.submission_id = parameters.submission_id and (parameters.class_id is null or parameters.class_id = classes.class_id)
  where {{ only_changed('parameters.period') }}
  group by parameters.submission_id, parameters.indicator, classes.class_id, parameters.parameter
),

wide as (
  select
    submission_id, indicator, class_id
    {%- for name, default in kinds.text.items() %},
    max(case when parameter = '{{ name }}' then parameter_value end) as {{ name }}_given
    {%- endfor %}
    {%- for name, default in kinds.exact.items() %},
    max(case when parameter = '{{ name }}' then {{ to_decimal('parameter_value') }} end) as {{ name }}_exact
    {%- endfor %}
    {%- for name, default in kinds.real.items() %},
    max(case when parameter = '{{ name }}' then {{ to_real('parameter_value') }} end) as {{ name }}_real
    {%- endfor %}
  from given
  group by submission_id, indicator, class_id
),

inputs as (
  select submission_id, indicator, count(*) as n_inputs
  from {{ ref('stg_scheme_inputs') }}
  where {{ only_changed('period') }}
  group by submission_id, indicator
),

resolved as (
  select
    schemes.province_code,
    schemes.period,
    schemes.submission_id,
    classes.class_id,
    indicators.indicator,
    indicators.method,
    coalesce(inputs.n_inputs, 0) as n_inputs
    {%- for name, default in kinds.text.items() %},
    coalesce(wide.{{ name }}_given, {{ "'" ~ default ~ "'" if default is not none else 'null' }}) as {{ name }}
    {%- endfor %}
    {%- for name, default in kinds.exact.items() %},
    cast(coalesce(wide.{{ name }}_exact, {{ default if default is not none else 'null' }}) as decimal(28, 8)) as {{ name }}_exact
    {%- endfor %}
    {%- for name, default in kinds.real.items() %},
    cast(coalesce(wide.{{ name }}_real, {{ default if default is not none else 'null' }}) as double) as {{ name }}_real
    {%- endfor %}
  from {{ ref('val_schemes') }} as schemes
  inner join classes on classes.submission_id = schemes.submission_id and classes.period = schemes.period
  inner join {{ ref('stg_scheme_indicators') }} as indicators on indicators.submission_id = schemes.submission_id and indicators.period = schemes.period
  left join wide
    on wide.submission_id = schemes.submission_id and wide.indicator = indicators.indicator and wide.class_id = classes.class_id
  left join inputs on inputs.submission_id = schemes.submission_id and inputs.indicator = indicators.indicator
  where {{ only_changed('schemes.period') }}
)

select
  resolved.*,
  (transform <> 'none' or impute <> 'none' or treat <> 'none' or factor_real <> 1 or offset_real <> 0
    or value_floor_real is not null or value_cap_real is not null) as prepares,
  case when reference_by = 'all' then '*' else class_id end as reference_class
from resolved
