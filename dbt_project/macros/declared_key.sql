{# The columns that identify a row of a model, as its YAML declares them (`meta.key`); a stand-in while dbt parses, when there is no graph. #}
{% macro declared_key(relation) -%}
  {%- if not execute -%}{{ return(['period']) }}{%- endif -%}
  {%- for node in graph.nodes.values() if node.name == relation.identifier and node.resource_type == 'model' and node.config.meta.key -%}
    {{ return(node.config.meta.key) }}
  {%- endfor -%}
  {{ exceptions.raise_compiler_error('unique_key: ' ~ relation.identifier ~ ' declares no meta.key, and no columns are given') }}
{%- endmacro %}
