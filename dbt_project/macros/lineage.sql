{# Sentences of comparability. What changed a unit (aggregates over val_lineage), and which reason a year-on-year row gives. #}

{% macro event_words(column, language) -%}
  {%- if language == 'zh' -%}
  (case {{ column }} when 'rename' then '更名' when 'upgrade' then '改设' when 'split' then '拆分' when 'merge' then '合并' when 'partial_transfer' then '部分划转'
    when 'transfer_parent' then '改变隶属' when 'successor' then '机构改革' when 'internal' then '区划调整' end)
  {%- else -%}
  (case {{ column }} when 'rename' then 'renamed' when 'upgrade' then 'upgraded' when 'split' then 'split' when 'merge' then 'merged' when 'partial_transfer' then 'partly transferred'
    when 'transfer_parent' then 'placed under another unit' when 'successor' then 'reorganised' when 'internal' then 'territory changed' end)
  {%- endif -%}
{%- endmacro %}

{% macro lineage_reason(language) -%}
  {%- if language == 'zh' -%}
  concat(max(name_zh), '由', string_agg(concat(from_name_zh, '（', from_unit_code, '，', happened, {{ event_words('event_type', 'zh') }}, case when share is null then '，份额未知' else concat('，份额 ', {{ plain('share') }}) end, '）'), '、' order by from_unit_code), '而来',
    case when max(source) is null then '' else concat('，依据 ', max(source)) end)
  {%- else -%}
  concat(coalesce(max(name_en), max(unit_code)), ' comes from ', string_agg(concat(from_unit_code, ' (', happened, ' ', {{ event_words('event_type', 'en') }}, case when share is null then ', share unknown' else concat(', share ', {{ plain('share') }}) end, ')'), ', ' order by from_unit_code))
  {%- endif -%}
{%- endmacro %}

{% macro ending_reason(language) -%}
  {%- if language == 'zh' -%}
  concat(max(from_name_zh), '已于 ', max(happened), ' 撤销，不可比；后继：', string_agg(concat(name_zh, '（', unit_code, '）'), '、' order by unit_code), case when max(source) is null then '' else concat('；依据 ', max(source)) end)
  {%- else -%}
  concat(coalesce(max(from_name_en), max(from_unit_code)), ' ended ', max(happened), ', not comparable; successor = ', string_agg(unit_code, ', ' order by unit_code))
  {%- endif -%}
{%- endmacro %}

{% macro comparison_reason(language) -%}
  case
    when with_growth.comparability_code in ('REGION', 'ORG') then with_growth.lineage_{{ language }}
    when with_growth.comparability_code in ('DEFINITION', 'STANDARD', 'VINTAGE', 'PRICE') then coalesce(with_growth.break_{{ language }}, codes.reason_{{ language }})
    when with_growth.lineage_{{ language }} is not null then concat(codes.reason_{{ language }}, {{ "'；'" if language == 'zh' else "'; '" }}, with_growth.lineage_{{ language }})
    else codes.reason_{{ language }}
  end
{%- endmacro %}

{# The other ends of a state's events in one sentence: side is `from` or `to`. #}
{% macro event_list(side, language) -%}
  {%- if language == 'zh' -%}
  string_agg(concat({{ side }}_name_zh, '（', {{ side }}_code, '，', happened, {{ event_words('event_type', 'zh') }}, case when source is null then '' else concat('，', source) end, '）'), '、' order by {{ side }}_code)
  {%- else -%}
  string_agg(concat({{ side }}_code, ' (', happened, ' ', {{ event_words('event_type', 'en') }}, ')'), ', ' order by {{ side }}_code)
  {%- endif -%}
{%- endmacro %}
