{#
  Rows of one table of a `kind: tables` form, from the cells of raw: one row per data row, one column per declared column.
  columns: list of [name, kind] with kind text | figure | decimal | integer | yes_no | date;
  `figure` is a decimal column that its form declares as `figure: true`.
#}
{% macro pivot_table(table_name, columns) -%}
  select
    cells.submission_id,
    sub.provider_id,
    sub.ledger_seq,
    cells.period,
    cells.sheet,
    cells.row_no
    {%- for name, kind in columns %}
    {%- set text = "max(case when cells.field = '" ~ name ~ "' then nullif(trim(cells.value_text), '') end)" %},
    {% if kind == 'figure' -%} {{ to_decimal(text) }}
    {%- elif kind == 'decimal' -%} {{ to_marks(text) }}
    {%- elif kind == 'integer' -%} {{ to_integer(text) }}
    {%- elif kind == 'date' -%} {{ to_date(text) }}
    {%- elif kind == 'yes_no' -%} (case {{ text }} when '是' then true when '否' then false end)
    {%- else -%} {{ text }}
    {%- endif %} as {{ name }}
    {%- endfor %}
  from {{ source('raw', 'cell') }} as cells
  inner join {{ source('raw', 'submission') }} as sub on sub.submission_id = cells.submission_id
  where cells.table_name = '{{ table_name }}' and {{ only_changed('cells.period') }}
  group by cells.submission_id, sub.provider_id, sub.ledger_seq, cells.period, cells.sheet, cells.row_no
{%- endmacro %}
