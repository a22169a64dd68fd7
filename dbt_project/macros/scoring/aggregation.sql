{#
  One height of the tree: from rows (unit, node, r = child as real, d = child as decimal, w = weight) to one row per unit and node.
  arithmetic, geometric, harmonic and power means are weighted by w over the children that have a score; sum and product take
  w as factor and exponent (so a difference is a sum with weights 1 and -1, a ratio a product with exponents 1 and -1).
  Data threshold: the smallest share of children (by number, as COINr) with a score. Missing: redistribute (left out), require
  (no score without all), zero. Geometric with a child of 0 is 0, harmonic too; a negative child makes both UNDEFINED.
  Then: power, factor, offset, floor and cap, rounding. `waiting` are the scores that a node of this height or above needs.
  Subqueries, one around the other and not indented, from the inside out: children, terms, sums, totals, means, shifted, limited,
  finished. No CTEs: DuckDB binds each with all those before it, and eight heights of seven each tripled the time of an `explain`.
#}
{% macro node_level(waiting, height) -%}
  select
    submission_id, class_id, unit_code, node, {{ height }} as height,
    case when is_enough then case when is_exact then {{ bounded('exact_rounded', 'score_floor', 'score_cap') }} else finished_exact end end as score,
    case when is_enough and not is_exact then finished end as score_real,
    case when n_scored = 0 then 'MISSING' when not is_enough then 'TOO_FEW_DATA' when case when is_exact then exact_mean else finished_exact end is null then 'UNDEFINED' else 'OK' end as node_status,
    n_children, n_scored, last_needed
  from (
  select finished.*, {{ real_to_exact('finished') }} as finished_exact
  from (
  select limited.*, {{ real_half_up_to('real_limited', 'decimals') }} as finished
  from (
  select shifted.*, {{ bounded('real_shifted', 'floor_real', 'cap_real') }} as real_limited
  from (
  select
    means.*,
    {{ real_power('real_mean', 'score_power') }} * factor + shift as real_shifted,
    case when decimals is null then exact_mean else {{ half_up_by('exact_mean', 'last_place') }} end as exact_rounded
  from (
  select
    totals.*,
    case
      when aggregation in ('sum', 'product') then total
      when aggregation = 'arithmetic' then {{ real_div('total', 'w_all') }}
      when aggregation = 'min' then r_min
      when aggregation = 'max' then r_max
      when aggregation = 'median' then r_median
      when r_min < 0 then null
      when aggregation = 'power' then {{ real_power(real_div('total', 'w_all'), 'root') }}
      when r_min = 0 then 0.0
      when aggregation = 'geometric' then exp({{ real_div('total', 'w_all') }})
      when aggregation = 'harmonic' then {{ real_div('w_all', 'total') }}
    end as real_mean,
    case when is_exact then case aggregation
      when 'arithmetic' then {{ exact_div('d_sum', 'w_exact_all', 8) }}
      when 'sum' then d_sum
      when 'min' then d_min
      when 'max' then d_max
    end end as exact_mean
  from (
  select
    sums.*, settings.*,
    case when settings.aggregation = 'product' then {{ of_ascending('product', 'terms') }} else {{ of_ascending('sum', 'terms') }} end as total,
    n_scored > 0 and n_scored >= settings.data_threshold * n_children and (settings.missing_policy <> 'require' or n_scored = n_children) as is_enough,
    all_exact and settings.is_plain as is_exact
  from (
  select
    submission_id, class_id, unit_code, node, count(*) as n_children, count(score) as n_scored, bool_and(is_exact) as all_exact,
    {{ ascending('term') }} as terms,
    cast(sum(case when r is not null then w_exact end) as double) as w_all,
    min(case when w <> 0 then r end) as r_min, max(case when w <> 0 then r end) as r_max,
    median(case when aggregation = 'median' then r end) as r_median,
    cast(sum(case when is_exact then round(d * cast(w_exact as decimal(10, 4)), 8) end) as decimal(28, 8)) as d_sum,
    sum(case when d is not null and is_exact then cast(w_exact as decimal(12, 4)) end) as w_exact_all,
    min(case when w <> 0 then d end) as d_min, max(case when w <> 0 then d end) as d_max
  from (
  select
    children.*,
    case
      when aggregation in ('arithmetic', 'sum') then w * r
      when aggregation = 'geometric' then case when r > 0 then w * ln(r) end
      when aggregation = 'harmonic' then case when r > 0 then w / r end
      when aggregation = 'power' then case when r >= 0 then w * {{ real_power('r', 'exponent') }} end
      when aggregation = 'product' then case when r = 0 and w > 0 then 0.0 when r <> 0 and (r > 0 or w = floor(w)) then power(r, w) end
    end as term
  from (
  select
    below.submission_id, below.class_id, below.unit_code, branches.parent as node, below.score,
    case when below.score is null then branches.instead else coalesce(below.score_real, cast(below.score as double)) end as r,
    case when below.score is null then cast(branches.instead as integer) else below.score end as d,
    branches.w, branches.w_exact, branches.aggregation, branches.exponent, below.score_real is null and branches.is_coarse as is_exact
  from {{ waiting }} as below
  inner join branches
    on branches.submission_id = below.submission_id and branches.node = below.node and branches.class_id = below.class_id
    and branches.height = {{ height }}
  ) as children
  ) as terms
  group by submission_id, class_id, unit_code, node
  ) as sums
  inner join settings on settings.scheme = sums.submission_id and settings.of_node = sums.node
  ) as totals
  ) as means
  ) as shifted
  ) as limited
  ) as finished
  ) as done
{%- endmacro %}

{# A weight in ten-thousandths, as a whole number; a finer one is rounded. #}
{% macro whole_weight(weight) -%} cast(try_cast({{ weight }} as decimal(9, 4)) * 10000 as hugeint) {%- endmacro %}
{# Two weights as a share of a hundred, in the whole numbers of `whole_weight` squared. #}
{% macro percent_of(weight, dimension_weight) -%} {{ whole_weight(weight) }} * {{ whole_weight(dimension_weight) }} * 100 {%- endmacro %}
