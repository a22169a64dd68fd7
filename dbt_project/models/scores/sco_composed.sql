-- Values that a scheme composes of reported figures (table scheme_inputs): sums, differences, ratios, products, means of marks,
-- progress on an earlier period. One row per unit, period and composed indicator. Roles: add, divide, multiply, mark, current, base.
-- Exact where sums and one quotient suffice; real otherwise. Only inputs of changed periods are read again; a lag reads history.
with wanted as (
  select
    parameters.submission_id as scheme_submission_id,
    parameters.period,
    classes.unit_code,
    parameters.indicator,
    parameters.combine,
    parameters.inputs_missing,
    parameters.trim_real,
    parameters.divisor_minimum_real,
    inputs.input,
    inputs.role,
    coalesce(inputs.coefficient, 1) as coefficient,
    parameters.period - coalesce(inputs.lag, 0) as input_period
  from {{ ref('sco_parameters') }} as parameters
  inner join {{ ref('stg_scheme_inputs') }} as inputs
    on inputs.submission_id = parameters.submission_id and inputs.indicator = parameters.indicator
  inner join {{ ref('stg_scheme_classes') }} as classes
    on classes.submission_id = parameters.submission_id and classes.class_id = parameters.class_id
  where parameters.n_inputs > 0 and {{ only_changed('parameters.period') }}
),

found as (
  select
    wanted.*,
    figures.value,
    {{ as_printed('figures.value', 'figures.value_text') }} as value_real,
    {{ doubt('doubts', 'schemes') }} as doubt,
    {{ counted_status('grid.status') }} as status,
    row_number() over (partition by wanted.scheme_submission_id, wanted.unit_code, wanted.indicator, wanted.role, figures.value is null order by figures.value, wanted.input) as place,
    count(figures.value) over (partition by wanted.scheme_submission_id, wanted.unit_code, wanted.indicator, wanted.role) as n_found
  from wanted
  left join {{ ref('val_figures') }} as figures
    on figures.unit_code = wanted.unit_code and figures.indicator = wanted.input and figures.period = wanted.input_period
  left join {{ ref('val_grid') }} as grid
    on grid.unit_code = wanted.unit_code and grid.indicator = wanted.input and grid.period = wanted.input_period
  inner join {{ ref('val_schemes') }} as schemes on schemes.submission_id = wanted.scheme_submission_id and schemes.period = wanted.period
  left join {{ ref('val_doubts') }} as doubts
    on doubts.unit_code = wanted.unit_code and doubts.indicator = wanted.input and doubts.period = wanted.input_period
),

summed as (
  select
    scheme_submission_id, period, unit_code, indicator,
    max(combine) as combine, max(inputs_missing) as inputs_missing, max(divisor_minimum_real) as divisor_minimum, max(trim_real) as trim,
    count(*) as n_inputs, count(value) as n_found,
    sum(case when status = 'QUARANTINED' then 1 else 0 end) as n_quarantined,
    sum(case when status = 'NOT_APPLICABLE' then 1 else 0 end) as n_not_applicable,
    sum(case when status = 'MARKED' then 1 else 0 end) as n_marked,
    sum(case when doubt = 'held' then 1 else 0 end) as n_held,
    max(doubt) as doubt,
    count(case when role = 'multiply' then 1 end) as n_multiply,
    count(case when role = 'divide' then 1 end) as n_divide,
    count(case when role = 'add' then 1 end) as n_add,
    max(case when try_cast(coefficient as decimal(12, 4)) = coefficient then 0 else 1 end) as has_fine_coefficients,
    try_cast(sum(case when role = 'add' then round(try_cast(value as decimal(26, 8)) * try_cast(coefficient as decimal(12, 4)), 8) end) as decimal(28, 8)) as top_exact,
    try_cast(sum(case when role = 'divide' then round(try_cast(value as decimal(26, 8)) * try_cast(coefficient as decimal(12, 4)), 8) end) as decimal(28, 8)) as bottom_exact,
    {{ of_ascending('sum', ascending("case when role = 'add' then value_real * coefficient end")) }} as top_real,
    {{ of_ascending('sum', ascending("case when role = 'divide' then value_real * coefficient end")) }} as bottom_real,
    {{ of_ascending('product', ascending("case when role = 'multiply' then value_real * coefficient end")) }} as product_real,
    max(case when role = 'current' then value end) as current_exact,
    max(case when role = 'base' then value end) as base_exact,
    cast(sum(case when role = 'mark' and place > case when combine = 'trimmed_mean' then trim_real else 0 end
      and place <= n_found - case when combine = 'trimmed_mean' then trim_real else 0 end then value end) as decimal(28, 8)) as marks_sum,
    count(case when role = 'mark' and place > case when combine = 'trimmed_mean' then trim_real else 0 end
      and place <= n_found - case when combine = 'trimmed_mean' then trim_real else 0 end then value end) as marks_kept,
    count(case when role = 'mark' then value end) as n_marks,
    median(case when role = 'mark' then value_real end) as marks_median,
    min(case when role in ('mark', 'add') then value end) as smallest,
    max(case when role in ('mark', 'add') then value end) as largest
  from found
  group by scheme_submission_id, period, unit_code, indicator
),

combined as (
  select
    summed.*,
    case
      when combine in ('mean', 'trimmed_mean') then {{ exact_div('marks_sum', 'marks_kept', 8) }}
      when combine = 'min' then smallest
      when combine = 'max' then largest
      when combine = 'progress_ratio' and base_exact > 0 then {{ exact_div('current_exact', 'base_exact', 8) }}
      when combine = 'progress_points' then current_exact - base_exact
      when combine = 'progress_relative' and base_exact <> 0 then {{ exact_div('current_exact - base_exact', 'abs(base_exact)', 8) }}
      when combine = 'ratio' and n_multiply = 0 and has_fine_coefficients = 0 and n_divide > 0 and n_add > 0 and abs(top_real) < 1e15 and abs(bottom_real) < 1e15 then {{ exact_div('top_exact', 'bottom_exact', 8) }}
      when combine = 'ratio' and n_multiply = 0 and has_fine_coefficients = 0 and n_divide = 0 then top_exact
    end as value_exact,
    case
      when combine = 'median' then marks_median
      when combine = 'ratio' then (case when n_add > 0 then top_real else 1.0 end) * (case when n_multiply > 0 then product_real else 1.0 end)
        / (case when n_divide > 0 then nullif(bottom_real, 0) else 1.0 end)
    end as value_real,
    case
      when combine = 'trimmed_mean' and n_marks < 2 * trim + 1 then 'MISSING'
      when n_quarantined > 0 then 'QUARANTINED'
      when n_held > 0 then 'HELD'
      when n_not_applicable > 0 and n_found < n_inputs then 'NOT_APPLICABLE'
      when n_found = 0 or (n_found < n_inputs and inputs_missing = 'all' and combine in ('ratio', 'progress_ratio', 'progress_points', 'progress_relative')) then 'MISSING'
      when divisor_minimum is not null and coalesce(bottom_real, n_marks) < divisor_minimum then 'INSUFFICIENT_SAMPLE'
      when n_marked > 0 then 'MARKED'
      else 'ACCEPTED'
    end as first_status
  from summed
),

limited as (
  select combined.*, coalesce(try_cast(value_exact as decimal(23, 8)), {{ real_to_exact('value_real') }}) as value
  from combined
)

select
  scheme_submission_id,
  unit_code,
  indicator,
  period,
  case when first_status in ('ACCEPTED', 'MARKED') then cast(value as decimal(28, 8)) end as value,
  case when first_status in ('ACCEPTED', 'MARKED') and value is not null then coalesce(value_real, cast(value_exact as double)) end as value_real,
  case when first_status in ('ACCEPTED', 'MARKED') and value is null then 'UNDEFINED' else first_status end as status,
  case when n_held > 0 then 'held' else doubt end as doubt
from limited
