{# A column of a select that gives each row as often as `n` says (Spark: explode(sequence(1, n))). #}
{% macro copies_of_row(n) -%} unnest(range({{ n }})) {%- endmacro %}
