{#
  One height of the tree: from rows (unit, node, r = child as real, d = child as decimal, w = weight) to one row per unit and node.
  arithmetic, geometric, harmonic and power means are weighted by w over the children that have a score; sum and product take
  w as factor and exponent (so a difference is a sum with weights 1 and -1, a ratio a product with exponents 1 and -1).
  Data threshold: the smallest share of children (by number, as COINr) with a score. Missing: redistribute (left out), require
  (no score without all), zero. Geometric with a child of 0 is 0, harmonic too; a negative child makes both UNDEFINED.
  Then: power, factor, offset, floor and cap, rounding. Columns come out as in level_0 of sco_nodes.
#}
{% macro node_level(gathered, height) -%}
  select
    scheme_submission_id, province_code, class_id, period, unit_code, node, {{ height }} as height,
    case
      when is_enough and is_exact then {{ bounded('case when decimals is null then exact_mean else ' ~ half_up_to('exact_mean', 'decimals') ~ ' end', 'score_floor', 'score_cap') }}
      when is_enough then {{ real_to_exact('finished') }}
    end as score,
    case when is_enough and not is_exact then finished end as score_real,
    case when n_scored = 0 then 'MISSING' when not is_enough then 'TOO_FEW_DATA' when not is_exact and {{ real_to_exact('finished') }} is null then 'UNDEFINED' when is_exact and exact_mean is null then 'UNDEFINED' else 'OK' end as node_status,
    n_children, n_scored
  from (
    select
      powered.*,
      {{ real_half_up_to(bounded('shifted_mean', 'cast(score_floor as double)', 'cast(score_cap as double)'), 'decimals') }} as finished
    from (
      select means.*, {{ real_power('real_mean', 'coalesce(score_power, 1)') }} * coalesce(factor, 1) + coalesce(shift, 0) as shifted_mean from (
      select
        aggregated.*,
        case aggregation
          when 'arithmetic' then {{ real_div('w_r', 'w_all') }}
          when 'geometric' then case when r_min < 0 then null when r_min = 0 then 0.0 else exp({{ real_div('w_ln', 'w_all') }}) end
          when 'harmonic' then case when r_min < 0 then null when r_min = 0 then 0.0 else {{ real_div('w_all', 'w_inverse') }} end
          when 'power' then case when r_min >= 0 then {{ real_power('(' ~ real_div('w_power', 'w_all') ~ ')', '(1 / exponent)') }} end
          when 'sum' then w_r
          when 'product' then the_product
          when 'min' then r_min
          when 'max' then r_max
          when 'median' then the_median
        end as real_mean,
        case aggregation
          when 'arithmetic' then {{ exact_div('d_sum', 'w_exact_all', 8) }}
          when 'sum' then d_sum
          when 'min' then d_min
          when 'max' then d_max
        end as exact_mean,
        n_scored > 0 and n_scored >= data_threshold * n_children and (missing_policy <> 'require' or n_scored = n_children) as is_enough,
        all_exact and aggregation in ('arithmetic', 'sum', 'min', 'max') and factor is null and shift is null and score_power is null as is_exact
      from (
        select
          scheme_submission_id, province_code, class_id, period, unit_code, node,
          max(aggregation) as aggregation, max(exponent) as exponent, max(data_threshold) as data_threshold, max(missing_policy) as missing_policy,
          max(factor) as factor, max(shift) as shift, max(score_power) as score_power, max(score_floor) as score_floor, max(score_cap) as score_cap, max(decimals) as decimals,
          count(*) as n_children, count(score) as n_scored, bool_and(is_exact) as all_exact,
          sum(case when r is not null then w * r end) as w_r,
          sum(case when r is not null then w end) as w_all,
          sum(case when r > 0 then w * ln(r) end) as w_ln,
          sum(case when r > 0 then w / r end) as w_inverse,
          sum(case when r is not null and max_power is not null then w * max_power end) as w_power,
          product(case when r = 0 and w > 0 then 0.0 when r <> 0 and (r > 0 or w = floor(w)) then power(r, w) end) as the_product,
          min(case when w <> 0 then r end) as r_min, max(case when w <> 0 then r end) as r_max, median(r) as the_median,
          cast(sum(case when is_exact then round(d * cast(w_exact as decimal(10, 4)), 8) end) as decimal(28, 8)) as d_sum,
          sum(case when d is not null and is_exact then cast(w_exact as decimal(12, 4)) end) as w_exact_all,
          min(case when w <> 0 then d end) as d_min, max(case when w <> 0 then d end) as d_max
        from (select rows_below.*, case when r >= 0 and exponent is not null then {{ real_power('r', 'exponent') }} end as max_power from {{ gathered }} as rows_below) as prepared
        group by scheme_submission_id, province_code, class_id, period, unit_code, node
      ) as aggregated
      ) as means
    ) as powered
  ) as done
{%- endmacro %}
