{# A layer's word is the schema: `staging`, not dbt's default `main_staging`. Asked for every model while dbt parses, so that it is also
   the place to say that the models of the rules are missing: they are written from expectations/rules, never committed. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
  {%- if rules_are_written is not defined -%}
    {{ exceptions.raise_compiler_error('规则模型尚未生成：请先运行 make nightly 或 zhunsheng prepare / the models of the rules are not written yet: run `make nightly` or `zhunsheng prepare` first') }}
  {%- endif -%}
  {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
