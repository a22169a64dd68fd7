{# How a cell of the grid counts in a score: where nothing arose (无发生) an indicator does not apply, and its weight goes as the scheme says. #}
{% macro counted_status(status) -%}
  case when {{ status }} = 'NIL' then 'NOT_APPLICABLE' else coalesce({{ status }}, 'NOT_OWED') end
{%- endmacro %}

{# What a scheme does with a figure in doubt (a row of val_doubts, or none): held, it does not score; marked, it is nobody's reference. #}
{% macro doubt(doubts, scheme) -%}
  case
    when {{ doubts }}.exceeds_then >= {{ scheme }}.hold_above then 'held'
    when {{ doubts }}.exceeds >= {{ scheme }}.mark_above then 'marked'
  end
{%- endmacro %}

{# Whether others may be measured by a value: not by one in doubt (what was imputed in place of a figure held back is the scheme's own). #}
{% macro is_reference(doubt) -%} coalesce({{ doubt }}, '') <> 'marked' {%- endmacro %}
