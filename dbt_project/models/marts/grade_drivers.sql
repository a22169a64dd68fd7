-- Which assumption drives a unit's score and grade: first-order and total Sobol indices by group of assumptions, with standard errors.
-- First order: the share of the variance that goes when the group is known; total: the share that stays when all but the group are.
-- Null where nothing varies, or so little that the error is above the declared one. Written anew each night.
{{ config(materialized='table') }}
with indices as (
  select
    statistics.unit_code, statistics.period, outputs.output, statistics.item as assumption,
    {% for name in ('first', 'first_error', 'total', 'total_error') -%}
    cast(max(case when statistics.statistic = concat(outputs.output, '_{{ name }}') then statistics.value end) as decimal(9, 4)) as {{ name }}_index,
    {% endfor -%}
    cast(max(case when statistics.statistic = 'varied' then statistics.value end) as integer) as n_varied
  from {{ ref('draw_statistics') }} as statistics
  cross join (select 'score' as output union all select 'grade') as outputs
  where statistics.statistic in ('varied', 'score_first', 'score_first_error', 'score_total', 'score_total_error', 'grade_first', 'grade_first_error', 'grade_total', 'grade_total_error')
  group by statistics.unit_code, statistics.period, outputs.output, statistics.item
)

select
  unit_code,
  period,
  output,
  assumption,
  n_varied,
  first_index as first_order,
  first_error_index as first_order_error,
  total_index as total_order,
  total_error_index as total_order_error,
  concat({{ assumption_name('assumption', 'zh') }}, case
    when n_varied = 0 then '：本单位没有可变动的内容'
    when total_index is null then '：结果不变或变动太小，无法判断'
    else concat('：该因素确定后，', case output when 'grade' then '是否保持等次' else '得分' end, '的方差减少 ', {{ plain('first_index') }}, '；仅该因素不确定时，方差尚余 ', {{ plain('total_index') }}) end) as why_zh,
  concat({{ assumption_name('assumption', 'en') }}, case
    when n_varied = 0 then ': nothing to vary for this unit'
    when total_index is null then ': the result does not vary, or too little to tell'
    else concat(': known, the variance of ', case output when 'grade' then 'keeping the grade' else 'the score' end, ' falls by ', {{ plain('first_index') }}, '; all else known, ', {{ plain('total_index') }}, ' of it remains') end) as why_en
from indices
