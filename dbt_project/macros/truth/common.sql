{#
  What the other units did: median and spread of a change, per province and `keys`. A province of fewer than `least_peers` units is
  judged by those of all provinces together; where even these are too few, shift and unrest are NULL: nothing is known of the others.
  `changes`: a CTE with province_code, the keys and `change`. Gives province_code, the keys, n_peers, shift, unrest (1.4826 MAD).
#}
{% macro common_change(changes, keys, least_peers) -%}
  {%- set listed = keys | join(', ') -%}
    with of_province as (
      select province_code, {{ listed }}, count(*) as n, median(change) as middle
      from {{ changes }}
      group by province_code, {{ listed }}
    ),

    of_all as (
      select {{ listed }}, count(*) as n, median(change) as middle
      from {{ changes }}
      group by {{ listed }}
    ),

    shifts as (
      select
        of_province.province_code{% for key in keys %}, of_province.{{ key }}{% endfor %},
        of_province.n >= {{ least_peers }} as is_own,
        case when of_province.n >= {{ least_peers }} then of_province.n else of_all.n end as n_peers,
        case when of_province.n >= {{ least_peers }} then of_province.middle when of_all.n >= {{ least_peers }} then of_all.middle end as shift
      from of_province
      inner join of_all on {{ same_keys(keys, 'of_all', 'of_province') }}
    )

    select
      shifts.province_code{% for key in keys %}, shifts.{{ key }}{% endfor %}, shifts.n_peers, shifts.shift,
      1.4826 * median(abs(changes.change - shifts.shift)) as unrest
    from shifts
    inner join {{ changes }} as changes
      on {{ same_keys(keys, 'changes', 'shifts') }} and (changes.province_code = shifts.province_code or not shifts.is_own)
    group by shifts.province_code{% for key in keys %}, shifts.{{ key }}{% endfor %}, shifts.n_peers, shifts.shift
{%- endmacro %}
{% macro same_keys(keys, mine, other) -%} {% for key in keys %}{{ mine }}.{{ key }} = {{ other }}.{{ key }}{{ ' and ' if not loop.last }}{% endfor %} {%- endmacro %}
