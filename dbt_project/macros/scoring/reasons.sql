{# The sentence beside each step. Wording lives here, once per language; numbers come from the row itself. #}

{% macro gate_reason(language) -%}
  {%- if language == 'zh' -%}
  case status
    when 'ACCEPTED' then '按本期及以前的数据核对，没有未了结的强制性或核实性疑点，进入计分'
    when 'MARKED' then '数据进入计分，带有待说明的疑点或注记'
    when 'QUARANTINED' then concat('数据触发强制性规则，更正前隔离；按方案', case quarantined_policy when 'floor' then '计基础分' when 'zero' then '计 0 分' else '将权重分摊到同维度其他指标' end)
    when 'MISSING' then concat('缺少可用数据；按方案', case missing_policy when 'floor' then '计基础分' when 'zero' then '计 0 分' else '将权重分摊到同维度其他指标' end)
    else '该单位不涉及此指标，权重分摊到同维度其他指标'
  end
  {%- else -%}
  case status
    when 'ACCEPTED' then 'Checked against this and earlier periods: no must-fix or must-explain point is open; scored'
    when 'MARKED' then 'The figure is scored and carries a point to explain or a note'
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
    when score_status = 'DEGENERATE' then concat(name_zh, ' ', {{ amount('value', 'measure') }}, '：同类 ', n_peers, ' 个单位数值全部相同，计满分')
    when method = 'efficacy_linear' then concat(name_zh, ' ', {{ amount('value', 'measure') }}, '：功效系数法，', class_zh, ' ', n_peers, ' 个单位中最优 ', {{ plain('satisfactory_value') }}, '、最差 ', {{ plain('unacceptable_value') }},
      '，得分 = ', {{ plain('base') }}, ' + ', {{ plain('full_marks - base') }}, ' × (', {{ plain('value') }}, ' − ', {{ plain('unacceptable_value') }}, ') ÷ (', {{ plain('satisfactory_value') }}, ' − ', {{ plain('unacceptable_value') }}, ') = ', {{ plain('score') }})
    when method = 'completion_signed' then concat(name_zh, ' ', {{ amount('value', 'measure') }}, '：目标 ', {{ plain('target') }}, '，完成率 ', {{ plain('completion') }},
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
    else concat({{ plain('score') }}, ' × 折合权重 ', {{ plain('effective_weight') }}, '（原权重 ', {{ plain('weight') }}, '，维度权重 ', {{ plain('dimension_weight') }}, '，其中可计分 ', {{ plain('scored_weight') }}, '）÷ ', {{ plain('full_marks') }}, ' = ', {{ plain('contribution') }})
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
    when withheld_zh is not null then concat(withheld_zh, coalesce(concat('。现有数据的暂定得分 ', {{ plain('total_published') }}, ' 分，不排名'), ''))
    when total_graded is null then '没有可计分的指标，没有得分和等次'
    when earned_grade_code is null then concat('得分 ', {{ plain('total_graded') }}, ' 分不在方案规定的任何等次区间内')
    else concat('得分 ', {{ plain('total_graded') }}, ' 分（', case grade_on when 'exact' then '未取整' else '公布值' end, '）',
      case when band_lower is null then '' else concat('，', case when band_lower_inclusive then '不低于 ' else '高于 ' end, {{ plain('band_lower') }}, ' 分') end,
      case when band_upper is null then '' else concat('，', case when band_upper_inclusive then '不高于 ' else '低于 ' end, {{ plain('band_upper') }}, ' 分') end,
      '，按方案 ', scheme_id, ' 定为“', earned_grade_zh, '”；', class_zh,
      case when is_separate then ' 单列，不排名、不占名额' else concat(' ', n_in_class, ' 个单位中第 ', rank_in_class, ' 名', case when n_tied > 1 then concat('（', n_tied, ' 个并列）') else '' end) end)
  end
  {%- else -%}
  case
    when withheld_en is not null then concat(withheld_en, coalesce(concat('. Provisional score ', {{ plain('total_published') }}, ', not ranked'), ''))
    when total_graded is null then 'No indicator could be scored: neither score nor grade'
    when earned_grade_code is null then concat('Score ', {{ plain('total_graded') }}, ' falls in no band of the scheme')
    else concat('Score ', {{ plain('total_graded') }}, ' (', grade_on, ')',
      case when band_lower is null then '' else concat(case when band_lower_inclusive then ' >= ' else ' > ' end, {{ plain('band_lower') }}) end,
      case when band_upper is null then '' else concat(case when band_upper_inclusive then ' and <= ' else ' and < ' end, {{ plain('band_upper') }}) end,
      ': grade ', earned_grade_code, ' by scheme ', scheme_id, case when is_separate then concat('; listed apart in class ', class_id, ', neither ranked nor counted') else concat('; rank ', rank_in_class, case when n_tied > 1 then concat(' (', n_tied, ' tied)') else '' end, ' of ', n_in_class, ' in class ', class_id) end)
  end
  {%- endif -%}
{%- endmacro %}

{% macro adjustment_item_reason(language) -%}
  {%- if language == 'zh' -%}
  concat(name_zh, '：', {{ plain('quantity') }}, ' × ', {{ plain('marks') }}, ' = ', {{ plain('earned') }}, case when counted < earned then concat('，本项封顶 ', {{ plain('cap') }}) else '' end, '；依据 ', documents)
  {%- else -%}
  concat(adjustment, ': ', {{ plain('quantity') }}, ' x ', {{ plain('marks') }}, ' = ', {{ plain('earned') }}, case when counted < earned then concat(', capped at ', {{ plain('cap') }}) else '' end, '; by ', documents)
  {%- endif -%}
{%- endmacro %}

{# kind: bonus | deduction #}
{% macro adjustment_reason(kind, language) -%}
  {%- set earned, counted, cap = kind ~ '_earned', kind, kind ~ '_cap' -%}
  {%- if language == 'zh' -%}
  case when {{ earned }} = 0 then '没有{{ '加分' if kind == 'bonus' else '扣分' }}事项' else concat('{{ '加分' if kind == 'bonus' else '扣分' }}合计 ', {{ plain(earned) }}, case when {{ counted }} < {{ earned }} then concat('，方案规定不超过 ', {{ plain(cap) }}) else '' end) end
  {%- else -%}
  case when {{ earned }} = 0 then 'Nothing of this kind' else concat('Together ', {{ plain(earned) }}, case when {{ counted }} < {{ earned }} then concat(', at most ', {{ plain(cap) }}, ' by the scheme') else '' end) end
  {%- endif -%}
{%- endmacro %}

{% macro clamp_reason(language) -%}
  {%- if language == 'zh' -%}
  case
    when total_clamped > total_adjusted then concat('总分 ', {{ plain('total_adjusted') }}, ' 低于下限，按 ', {{ plain('total_floor') }}, ' 计')
    when total_clamped < total_adjusted then concat('总分 ', {{ plain('total_adjusted') }}, ' 超过上限，按 ', {{ plain('total_cap') }}, ' 计')
    when total_floor is null and total_cap is null then '方案没有规定总分上下限'
    else concat('总分', case when total_cap is null then concat('不低于 ', {{ plain('total_floor') }}) when total_floor is null then concat('不高于 ', {{ plain('total_cap') }}) else concat('在 ', {{ plain('total_floor') }}, ' 至 ', {{ plain('total_cap') }}, ' 之间') end, '，无需调整')
  end
  {%- else -%}
  case
    when total_clamped > total_adjusted then concat('Total ', {{ plain('total_adjusted') }}, ' is below the floor, counts as ', {{ plain('total_floor') }})
    when total_clamped < total_adjusted then concat('Total ', {{ plain('total_adjusted') }}, ' is above the cap, counts as ', {{ plain('total_cap') }})
    when total_floor is null and total_cap is null then 'The scheme sets no bounds to the total'
    else concat(case when total_cap is null then concat('At least ', {{ plain('total_floor') }}) when total_floor is null then concat('At most ', {{ plain('total_cap') }}) else concat('Within ', {{ plain('total_floor') }}, ' to ', {{ plain('total_cap') }}) end, ', unchanged')
  end
  {%- endif -%}
{%- endmacro %}

{# How a unit stood in the line for one grade (macro quota_level); one grade after the other makes the reason of the step. #}
{% macro quota_reason(language) -%}
  {%- if language == 'zh' -%}
  case
    when granted_by = 'quota' then concat(grade_zh, '名额 ', places, ' 个（', n_ranked, ' 个排名单位），列第 ', place, ' 位', case when n_tied > 1 then concat('（', n_tied, ' 个并列）') else '' end, '，进入名额；')
    when granted_by = 'promotion' then concat('专项晋等，不占名额，依据 ', documents, '；')
    when places is null then ''
    when is_barred then concat(grade_zh, '名额 ', places, ' 个，因一票否决不占名额；')
    when not is_eligible then concat(grade_zh, '名额 ', places, ' 个，得分未达分数线；')
    else concat(grade_zh, '名额 ', places, ' 个（', n_ranked, ' 个排名单位），列第 ', place, ' 位', case when n_tied > 1 then concat('（', n_tied, ' 个并列）') else '' end, '，未进入；')
  end
  {%- else -%}
  case
    when granted_by = 'quota' then concat(places, ' places of grade ', grade_code, ' for ', n_ranked, ' ranked: place ', place, case when n_tied > 1 then concat(' (', n_tied, ' tied)') else '' end, ', in; ')
    when granted_by = 'promotion' then concat('promoted outside the quota by ', documents, '; ')
    when places is null then ''
    when is_barred then concat(places, ' places of grade ', grade_code, ': a veto gives the place up; ')
    when not is_eligible then concat(places, ' places of grade ', grade_code, ': below the threshold; ')
    else concat(places, ' places of grade ', grade_code, ' for ', n_ranked, ' ranked: place ', place, case when n_tied > 1 then concat(' (', n_tied, ' tied)') else '' end, ', not in; ')
  end
  {%- endif -%}
{%- endmacro %}

{% macro veto_reason(language) -%}
  {%- if language == 'zh' -%}
  concat(name_zh, '（',
    case trigger_on
      when 'event' then concat(case when severity is null then '' else concat('情节', severity, '，') end, '依据 ', document)
      when 'target_missed' then concat('指标 ', indicator, ' ', {{ plain('value') }}, ' 未达目标 ', {{ plain('target') }})
      when 'above' then concat('指标 ', indicator, ' ', {{ plain('value') }}, ' 超过 ', {{ plain('target') }})
      else concat('指标 ', indicator, ' ', {{ plain('value') }}, ' 低于 ', {{ plain('target') }})
    end, '）：',
    case
      when effect = 'disqualify' then concat('定为“', grade_zh, '”')
      when effect = 'grade_cap' then concat('等次不得高于“', grade_zh, '”')
      when effect_order is null then concat('等次降低 ', levels, ' 等')
      else concat('等次定为“', grade_zh, '”')
    end, case when claw_back then '，追回已得奖励' else '' end, '；得分不变')
  {%- else -%}
  concat('Veto ', veto, ' (',
    case trigger_on
      when 'event' then concat(case when severity is null then '' else concat('severity ', severity, ', ') end, 'by ', document)
      when 'target_missed' then concat(indicator, ' ', {{ plain('value') }}, ' misses its target ', {{ plain('target') }})
      when 'above' then concat(indicator, ' ', {{ plain('value') }}, ' is above ', {{ plain('target') }})
      else concat(indicator, ' ', {{ plain('value') }}, ' is below ', {{ plain('target') }})
    end, '): ',
    case
      when effect = 'disqualify' then concat('grade ', grade_code)
      when effect = 'grade_cap' then concat('no grade above ', grade_code)
      when effect_order is null then concat(levels, ' grades down')
      else concat('grade ', grade_code)
    end, case when claw_back then ', awards taken back' else '' end, '; the score stays')
  {%- endif -%}
{%- endmacro %}
