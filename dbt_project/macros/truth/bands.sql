{# 差错影响度 in thousandths to its band (四川统计行政处罚裁量办法, domain S40). A band sorts verification; it is no finding. #}
{% macro impact_band(permille) -%}
  (case
    when {{ permille }} is null then null
    when {{ permille }} < 5 then '轻微'
    when {{ permille }} < 10 then '一般'
    when {{ permille }} < 20 then '较重'
    when {{ permille }} < 30 then '严重'
    else '特别严重'
  end)
{%- endmacro %}
