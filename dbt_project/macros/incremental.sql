{#
  Increments by period. `raw.changed_period` is written before a night by warehouse/increments.py and lists every period
  whose rows may differ from what the warehouse holds. Late corrections therefore cost what they touch, and nothing is
  decided by event time or by the clock.
#}

{# Before a full refresh by hand every period is to be computed: a view shows the changed periods only, and what was left of the last
   night there would silently be all that its readers see. A night has written the same list itself. #}
{% macro change_every_period() -%}
  {%- set changed, returns = source('raw', 'changed_period'), source('raw', 'submission') -%}
  {%- if execute and flags.FULL_REFRESH and load_relation(changed) and load_relation(returns) -%}
    insert into {{ changed }}
    select period from (
      select coalesce(period, 0) as period from {{ returns }}
      union select period from {{ source('raw', 'register_calendar') }}
    ) as every
    where period not in (select period from {{ changed }});
    commit;
    begin {# dbt rolls back what a hook leaves open (seen with dbt 1.11, dbt-duckdb 1.11) #}
  {%- endif -%}
{%- endmacro %}

{# SQL condition: is this row's period to be computed tonight? With `beside` also, or instead, the years so far from one that is:
   [-1, 0] reads the year before as well. The column is in no expression, so that the database leaves the other years unread. #}
{% macro only_changed(period_column, beside=[0]) -%}
  {%- if is_incremental() or model.config.materialized in ('ephemeral', 'view') -%}
    {{ period_column }} in (
      {%- for step in beside -%}
        {{ ' union all ' if not loop.first }}select changed.period{{ ' + (' ~ step ~ ')' if step }} from {{ source('raw', 'changed_period') }} as changed
      {%- endfor -%}
    )
  {%- else -%}
    1 = 1
  {%- endif -%}
{%- endmacro %}

{# dbt calls this for `incremental_strategy: replace_periods`. Deleting by changed period, not by the keys of the new
   rows, also removes what is no longer there. #}
{% macro get_incremental_replace_periods_sql(arg_dict) -%}
  {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
  delete from {{ arg_dict['target_relation'] }}
  where period in (select changed.period from {{ source('raw', 'changed_period') }} as changed);

  insert into {{ arg_dict['target_relation'] }} ({{ columns }})
  select {{ columns }} from {{ arg_dict['temp_relation'] }};
{%- endmacro %}

{# The same for a model that says itself which periods it computed, beyond the changed ones (stability/draws/table.py). #}
{% macro get_incremental_replace_computed_periods_sql(arg_dict) -%}
  {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
  delete from {{ arg_dict['target_relation'] }}
  where period in (select changed.period from {{ source('raw', 'changed_period') }} as changed)
    or period in (select computed.period from {{ arg_dict['temp_relation'] }} as computed);

  insert into {{ arg_dict['target_relation'] }} ({{ columns }})
  select {{ columns }} from {{ arg_dict['temp_relation'] }};
{%- endmacro %}
