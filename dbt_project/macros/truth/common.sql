{# So many units tell what a province did. #}
{% macro least_peers() -%} 8 {%- endmacro %}

{#
  What the other units did: median and spread of a change, per province and `keys`. A province of fewer than `least_peers` units is
  judged by those of all provinces together; where even these are too few, shift and unrest are NULL: nothing is known of the others.
  `changes`: a CTE with province_code, the keys and `change`. Gives province_code, the keys, n_peers, shift, unrest (1.4826 MAD).
#}
{% macro common_change(changes, keys, least_peers) -%}
  {%- set listed = keys | join(', ') -%}
    with of_province as (
      select province_code, {{ listed }}, count(*) as n_peers, median(change) as shift
      from {{ changes }}
      group by province_code, {{ listed }}
    ),

    -- all provinces together, only where a province is too small: never each province with every other
    wanted as (
      select distinct {{ listed }} from of_province where n_peers < {{ least_peers }}
    ),

    of_all as (
      select {{ these_keys(keys, 'changes') }}, count(*) as n_peers, median(changes.change) as shift
      from {{ changes }} as changes
      inner join wanted on {{ same_keys(keys, 'wanted', 'changes') }}
      group by {{ these_keys(keys, 'changes') }}
    ),

    unrest_of_province as (
      select of_province.province_code, {{ these_keys(keys, 'of_province') }}, of_province.n_peers, of_province.shift,
        1.4826 * median(abs(changes.change - of_province.shift)) as unrest
      from of_province
      inner join {{ changes }} as changes
        on changes.province_code = of_province.province_code and {{ same_keys(keys, 'changes', 'of_province') }}
      where of_province.n_peers >= {{ least_peers }}
      group by of_province.province_code, {{ these_keys(keys, 'of_province') }}, of_province.n_peers, of_province.shift
    ),

    unrest_of_all as (
      select {{ these_keys(keys, 'of_all') }}, of_all.n_peers, of_all.shift, 1.4826 * median(abs(changes.change - of_all.shift)) as unrest
      from of_all
      inner join {{ changes }} as changes on {{ same_keys(keys, 'changes', 'of_all') }}
      where of_all.n_peers >= {{ least_peers }}
      group by {{ these_keys(keys, 'of_all') }}, of_all.n_peers, of_all.shift
    )

    select province_code, {{ listed }}, n_peers, shift, unrest from unrest_of_province
    union all
    select
      small.province_code, {{ these_keys(keys, 'small') }}, of_all.n_peers, unrest_of_all.shift, unrest_of_all.unrest
    from of_province as small
    inner join of_all on {{ same_keys(keys, 'of_all', 'small') }}
    left join unrest_of_all on {{ same_keys(keys, 'unrest_of_all', 'small') }}
    where small.n_peers < {{ least_peers }}
{%- endmacro %}
{% macro these_keys(keys, mine) -%} {% for key in keys %}{{ mine }}.{{ key }}{{ ', ' if not loop.last }}{% endfor %} {%- endmacro %}
{% macro same_keys(keys, mine, other) -%} {% for key in keys %}{{ mine }}.{{ key }} = {{ other }}.{{ key }}{{ ' and ' if not loop.last }}{% endfor %} {%- endmacro %}
