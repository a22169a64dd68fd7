{# The sentence beside each step. Wording lives here, once per language; numbers come from the row itself. #}

{% macro gate_reason(language) -%}
  {%- if language == 'zh' -%}
  case status
    when 'ACCEPTED' then '数据已通过校验，进入计分'
    when 'MARKED' then '数据进入计分，但带有待说明的疑点'
    when 'QUARANTINED' then concat('数据未通过强制性规则，已隔离；方案规定：', case quarantined_policy when 'floor' then '按基础分计' when 'zero' then '计 0 分' else '权重分摊到同维度其他指标' end)
    when 'MISSING' then concat('缺少可用数据；方案规定：', case missing_policy when 'floor' then '按基础分计' when 'zero' then '计 0 分' else '权重分摊到同维度其他指标' end)
    else '该单位不涉及此指标，权重分摊到同维度其他指标'
  end
  {%- else -%}
  case status
    when 'ACCEPTED' then 'The figure passed every check and is scored'
    when 'MARKED' then 'The figure is scored and carries an open point to explain'
    when 'QUARANTINED' then concat('Held back by a must-fix rule; by the scheme: ', case quarantined_policy when 'floor' then 'scored at the base mark' when 'zero' then 'scored 0' else 'its weight goes to the others of the dimension' end)
    when 'MISSING' then concat('No usable figure; by the scheme: ', case missing_policy when 'floor' then 'scored at the base mark' when 'zero' then 'scored 0' else 'its weight goes to the others of the dimension' end)
    else 'Does not apply to this unit; its weight goes to the others of the dimension'
  end
  {%- endif -%}
{%- endmacro %}

{% macro indicator_reason(language) -%}
  {%- if language == 'zh' -%}
  case
    when score is null then concat(name_zh, '：无得分')
    when value is null or status not in ('ACCEPTED', 'MARKED') then concat(name_zh, '：无可用数值，按方案计 ', {{ plain('score') }}, ' 分')
    when score_status = 'DEGENERATE' then concat(name_zh, ' ', {{ plain('value') }}, measure, '：同类 ', n_peers, ' 个单位数值全部相同，按满分计')
    when method = 'efficacy_linear' then concat(name_zh, ' ', {{ plain('value') }}, measure, '：功效系数法，', class_zh, ' ', n_peers, ' 个单位中最优 ', {{ plain('satisfactory_value') }}, '、最差 ', {{ plain('unacceptable_value') }},
      '，得分 = ', {{ plain('base') }}, ' + ', {{ plain('full_marks - base') }}, ' × (', {{ plain('value') }}, ' − ', {{ plain('unacceptable_value') }}, ') ÷ (', {{ plain('satisfactory_value') }}, ' − ', {{ plain('unacceptable_value') }}, ') = ', {{ plain('score') }})
    when method = 'completion_signed' then concat(name_zh, ' ', {{ plain('value') }}, measure, '：目标 ', {{ plain('target') }}, '，完成率 ', {{ plain('completion') }},
      case score_status when 'CAPPED' then concat('（封顶 ', {{ plain('coalesce(cap, 1)') }}, '）') when 'FLOORED' then '（低于 0 按 0 计）' else '' end, '，得分 ', {{ plain('score') }})
    else concat(name_zh, '：', {{ plain('score') }})
  end
  {%- else -%}
  case
    when score is null then concat(name_en, ': no score')
    when value is null or status not in ('ACCEPTED', 'MARKED') then concat(name_en, ': no usable figure, ', {{ plain('score') }}, ' by the scheme')
    when score_status = 'DEGENERATE' then concat(name_en, ' ', {{ plain('value') }}, ': all ', n_peers, ' peers are equal, full marks')
    when method = 'efficacy_linear' then concat(name_en, ' ', {{ plain('value') }}, ': linear efficacy coefficient among ', n_peers, ' peers, best ', {{ plain('satisfactory_value') }}, ', worst ', {{ plain('unacceptable_value') }},
      ': ', {{ plain('base') }}, ' + ', {{ plain('full_marks - base') }}, ' x (', {{ plain('value') }}, ' - ', {{ plain('unacceptable_value') }}, ') / (', {{ plain('satisfactory_value') }}, ' - ', {{ plain('unacceptable_value') }}, ') = ', {{ plain('score') }})
    when method = 'completion_signed' then concat(name_en, ' ', {{ plain('value') }}, ': target ', {{ plain('target') }}, ', completion ', {{ plain('completion') }},
      case score_status when 'CAPPED' then concat(' (capped at ', {{ plain('coalesce(cap, 1)') }}, ')') when 'FLOORED' then ' (below 0 counts as 0)' else '' end, ', score ', {{ plain('score') }})
    else concat(name_en, ': ', {{ plain('score') }})
  end
  {%- endif -%}
{%- endmacro %}

{% macro weight_reason(language) -%}
  {%- if language == 'zh' -%}
  case
    when score is null then concat('不计分，权重 ', {{ plain('weight') }}, ' 分摊')
    when effective_weight = weight then concat({{ plain('score') }}, ' × 权重 ', {{ plain('weight') }}, ' ÷ ', {{ plain('full_marks') }}, ' = ', {{ plain('contribution') }})
    else concat({{ plain('score') }}, ' × 折合权重 ', {{ plain('effective_weight') }}, '（原权重 ', {{ plain('weight') }}, '，维度权重 ', {{ plain('dimension_weight') }}, '，其中可计分 ', {{ plain('scored_weight') }}, '） ÷ ', {{ plain('full_marks') }}, ' = ', {{ plain('contribution') }})
  end
  {%- else -%}
  case
    when score is null then concat('Not scored, weight ', {{ plain('weight') }}, ' redistributed')
    when effective_weight = weight then concat({{ plain('score') }}, ' x weight ', {{ plain('weight') }}, ' / ', {{ plain('full_marks') }}, ' = ', {{ plain('contribution') }})
    else concat({{ plain('score') }}, ' x effective weight ', {{ plain('effective_weight') }}, ' (weight ', {{ plain('weight') }}, ', dimension ', {{ plain('dimension_weight') }}, ' of which scored ', {{ plain('scored_weight') }}, ') / ', {{ plain('full_marks') }}, ' = ', {{ plain('contribution') }})
  end
  {%- endif -%}
{%- endmacro %}

{% macro grade_reason(language) -%}
  {%- if language == 'zh' -%}
  case
    when grade_code is null then concat('得分 ', {{ plain('total_graded') }}, ' 不落在方案的任何等次区间')
    else concat('得分 ', {{ plain('total_graded') }}, '（', case grade_on when 'exact' then '未取整' else '公布值' end, '）',
      case when band_lower is null then '' else concat(case when band_lower_inclusive then ' ≥ ' else ' > ' end, {{ plain('band_lower') }}) end,
      case when band_upper is null then '' else concat(case when band_upper_inclusive then ' 且 ≤ ' else ' 且 < ' end, {{ plain('band_upper') }}) end,
      '，依据方案 ', scheme_id, ' 定为“', grade_zh, '”；', class_zh, ' ', n_in_class, ' 个单位中第 ', rank_in_class, ' 名')
  end
  {%- else -%}
  case
    when grade_code is null then concat('Score ', {{ plain('total_graded') }}, ' falls in no band of the scheme')
    else concat('Score ', {{ plain('total_graded') }}, ' (', grade_on, ')',
      case when band_lower is null then '' else concat(case when band_lower_inclusive then ' >= ' else ' > ' end, {{ plain('band_lower') }}) end,
      case when band_upper is null then '' else concat(case when band_upper_inclusive then ' and <= ' else ' and < ' end, {{ plain('band_upper') }}) end,
      ': grade ', grade_code, ' by scheme ', scheme_id, '; rank ', rank_in_class, ' of ', n_in_class, ' in class ', class_id)
  end
  {%- endif -%}
{%- endmacro %}
