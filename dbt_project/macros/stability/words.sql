{# One statistic of draw_statistics as a decimal, in a query grouped by unit and period. #}
{% macro drawn(statistic, type='decimal(28, 8)', item=none) -%}
  cast(max(case when statistic = '{{ statistic }}'{% if item %} and item = '{{ item }}'{% endif %} then value end) as {{ type }})
{%- endmacro %}

{# The value of one declared assumption (seed stability_assumptions). #}
{% macro assumed(assumption, item) -%}
  (select max(declared.value) from {{ ref('stability_assumptions') }} as declared where declared.assumption = '{{ assumption }}' and declared.item = '{{ item }}')
{%- endmacro %}

{# The groups of assumptions, as people call them. #}
{% macro assumption_name(assumption, language) -%}
  {%- set names = {'weights': ('权重', 'the weights'), 'methods': ('计分方法', 'the scoring methods'), 'suspicions': ('疑点数据', 'the figures in doubt'), 'missing': ('缺报处理', 'the policy for missing figures')} -%}
  (case {{ assumption }}{% for code, pair in names.items() %} when '{{ code }}' then '{{ pair[0] if language == 'zh' else pair[1] }}'{% endfor %} end)
{%- endmacro %}
