{# The smallest number of units from which the common change of a province is computed. #}
{% macro min_peers() -%} 8 {%- endmacro %}

{#
  What the other units did: median and spread of a change, per province and `keys`. A province of fewer than `min_peers` units is
  judged by those of all provinces together; where even these are too few, shift and spread_of_changes are NULL: nothing is known of the others.
  `changes`: a CTE with province_code, the keys and `change`. Gives province_code, the keys, n_peers, shift, spread_of_changes (1.4826 MAD).
#}
{% macro common_change(changes, keys, min_peers) -%}
  {%- set listed = keys | join(', ') -%}
    with of_province as (
      select province_code, {{ listed }}, count(*) as n_peers, median(change) as shift, 1.4826 * mad(change) as spread_of_changes
      from {{ changes }}
      group by province_code, {{ listed }}
    ),

    -- all provinces together, only where a province is too small: never each province with every other
    wanted as (
      select distinct {{ listed }} from of_province where n_peers < {{ min_peers }}
    ),

    of_all as (
      select {{ these_keys(keys, 'changes') }}, count(*) as n_peers, median(changes.change) as shift, 1.4826 * mad(changes.change) as spread_of_changes
      from {{ changes }} as changes
      inner join wanted on {{ same_keys(keys, 'wanted', 'changes') }}
      group by {{ these_keys(keys, 'changes') }}
    )

    select province_code, {{ listed }}, n_peers, shift, spread_of_changes from of_province where n_peers >= {{ min_peers }}
    union all
    select
      small.province_code, {{ these_keys(keys, 'small') }}, of_all.n_peers,
      case when of_all.n_peers >= {{ min_peers }} then of_all.shift end as shift,
      case when of_all.n_peers >= {{ min_peers }} then of_all.spread_of_changes end as spread_of_changes
    from of_province as small
    inner join of_all on {{ same_keys(keys, 'of_all', 'small') }}
    where small.n_peers < {{ min_peers }}
{%- endmacro %}
{% macro these_keys(keys, mine) -%} {% for key in keys %}{{ mine }}.{{ key }}{{ ', ' if not loop.last }}{% endfor %} {%- endmacro %}
{% macro same_keys(keys, mine, other) -%} {% for key in keys %}{{ mine }}.{{ key }} = {{ other }}.{{ key }}{{ ' and ' if not loop.last }}{% endfor %} {%- endmacro %}
