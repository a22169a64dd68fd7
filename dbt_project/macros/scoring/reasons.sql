{# The sentence beside each step. Wording lives here, once per language; numbers come from the row itself. #}

{% macro gate_reason(language) -%}
  {%- if language == 'zh' -%}
  case status
    when 'ACCEPTED' then case when doubt = 'marked' then '以后年度的数据表明数据存疑，进入计分，不作其他单位的参照' else '按本期及以前的数据核对，没有未了结的强制性或核实性疑点，进入计分' end
    when 'MARKED' then case when doubt = 'marked' then '数据存疑，进入计分，不作其他单位的参照' else '数据进入计分，带有待说明的疑点或注记' end
    when 'QUARANTINED' then concat('数据触发强制性规则，更正前隔离；按方案', case quarantined_policy when 'floor' then '计基础分' when 'zero' then '计 0 分' else '将权重分摊到同维度其他指标' end)
    when 'HELD' then concat('数据存疑，暂缓计分；按方案', case missing_policy when 'floor' then '计基础分' when 'zero' then '计 0 分' else '将权重分摊到同维度其他指标' end, '；更正、说明经采纳或者现场核实后恢复')
    when 'MISSING' then concat('缺少可用数据；按方案', case missing_policy when 'floor' then '计基础分' when 'zero' then '计 0 分' else '将权重分摊到同维度其他指标' end)
    else '该单位不涉及此指标，权重分摊到同维度其他指标'
  end
  {%- else -%}
  case status
    when 'ACCEPTED' then case when doubt = 'marked' then 'In doubt as later years show: scored, and nobody''s reference' else 'Checked against this and earlier periods: no must-fix or must-explain point is open; scored' end
    when 'MARKED' then case when doubt = 'marked' then 'The figure is in doubt: scored, and nobody''s reference' else 'The figure is scored and carries a point to explain or a note' end
    when 'QUARANTINED' then concat('Held back by a must-fix rule; by the scheme: ', case quarantined_policy when 'floor' then 'scored at the base mark' when 'zero' then 'scored 0' else 'its weight goes to the others of the dimension' end)
    when 'HELD' then concat('The figure is in doubt and held back; by the scheme: ', case missing_policy when 'floor' then 'scored at the base mark' when 'zero' then 'scored 0' else 'its weight goes to the others of the dimension' end, '; until it is corrected, explained or verified')
    when 'MISSING' then concat('No usable figure; by the scheme: ', case missing_policy when 'floor' then 'scored at the base mark' when 'zero' then 'scored 0' else 'its weight goes to the others of the dimension' end)
    else 'Does not apply to this unit; its weight goes to the others of the dimension'
  end
  {%- endif -%}
{%- endmacro %}

{#
  Why an indicator has its score. What was worked out shows its numbers: "得分 = 60 + 40 × (3 − 1) ÷ (5 − 1) = 80"; then limits, power and rounding
  where they act, and what they give. Where nothing could be worked out: which rule of the scheme gave the score, or why there is none.
  A test reads every sentence and works the score out again from its own numbers.
#}
{% macro indicator_reason(language) -%}
  {%- set zh = language == 'zh' -%}
  case
    when arithmetic is not null then concat({{ measured_name(language) }}, {{ "'：'" if zh else "': '" }}, {{ method_name(language) }}, {{ method_context(language) }},
      {{ "'，得分 = '" if zh else "', score = '" }}, {{ working() }},
      case when {{ is_only_a_number() }} then '' else concat(' = ', {{ plain('unlimited_score') }}) end, {{ limits_laid_on(language) }})
    {%- if zh %}
    when score_status = 'DEGENERATE' and score is not null then concat({{ measured_name(language) }}, '：同类没有差异，按方案计', {{ degenerate_words(language) }})
    when score is not null then concat(name_zh, '：', status_reason_zh, '，按方案计', case when applied_policy = 'zero' then '零分，得分 = 0' else concat('基础分，得分 = ', {{ plain('score') }}) end)
    else concat(name_zh, '：不计分，', status_reason_zh)
    {%- else %}
    when score_status = 'DEGENERATE' and score is not null then concat({{ measured_name(language) }}, ': the peers do not differ; by the scheme ', {{ degenerate_words(language) }})
    when score is not null then concat(name_en, ': ', status_reason_en, '; by the scheme ', case when applied_policy = 'zero' then 'zero, score = 0' else concat('the base mark, score = ', {{ plain('score') }}) end)
    else concat(name_en, ': not scored. ', status_reason_en)
    {%- endif %}
  end
{%- endmacro %}

{% macro measured_name(language) -%}
  {%- set name = 'name_zh' if language == 'zh' else 'name_en' -%}
  concat({{ name }}, case when value is null then '' else concat(' ', {{ amount('value', 'measure') if language == 'zh' else plain('value') }}) end,
    case when score_status = 'IMPUTED' then {{ "'（插补）'" if language == 'zh' else "' (imputed)'" }} else '' end)
{%- endmacro %}

{% macro method_name(language) -%}
  case method {% for method, names in method_names().items() %}when '{{ method }}' then '{{ names[0] if language == 'zh' else names[1] }}' {% endfor %}else method end
{%- endmacro %}

{# What beside its own figure a method looks at, as far as the numbers of the working do not say it. #}
{% macro method_context(language) -%}
  {%- set zh = language == 'zh' -%}
  case
    when method in ('efficacy_linear', 'efficacy_exponential', 'min_max') then {% if zh -%}
      concat('，满意值 ', {{ plain('satisfactory_value') }}, '、不允许值 ', {{ plain('unacceptable_value') }}, case when n_peers is null then '' else concat('（', coalesce(class_zh, class_id), ' ', n_peers, ' 个单位）') end)
      {%- else -%}
      concat(', satisfactory value ', {{ plain('satisfactory_value') }}, ', unacceptable value ', {{ plain('unacceptable_value') }}, case when n_peers is null then '' else concat(' (', n_peers, ' units)') end)
      {%- endif %}
    when method in ('rank', 'percentile_rank', 'rank_points', 'layers') then {% if zh -%} concat('，', n_ranked, ' 个单位中第 ', place, ' 名') {%- else -%} concat(', place ', place, ' of ', n_ranked) {%- endif %}
    when method = 'completion_signed' then {% if zh -%} concat('，目标 ', {{ plain('target') }}, '，完成率 ', {{ plain('completion') }}) {%- else -%} concat(', target ', {{ plain('target') }}, ', completion ', {{ plain('completion') }}) {%- endif %}
    when method in ('z_score', 'deviation_from_mean') and n_peers is not null then {% if zh -%} concat('，参照 ', n_peers, ' 个单位') {%- else -%} concat(', reference of ', n_peers, ' units') {%- endif %}
    else ''
  end
{%- endmacro %}

{# add + times × numerator ÷ denominator with the numbers of the row: the same text in every language. #}
{% macro working() -%}
  case
    when arithmetic = 'real' and method = 'efficacy_exponential' then
      concat({{ real_text('real_add') }}, ' × ', {{ real_text('real_times') }}, ' ^ (', {{ signed_text('real_numerator', real_text('abs(real_numerator)')) }}, ' ÷ ', {{ signed_text('real_denominator', real_text('abs(real_denominator)')) }}, ')')
    when arithmetic = 'real' then {{ line_text('real_add', 'real_times', real_text('real_add'), real_text('abs(real_times)'),
      signed_text('real_numerator', real_text('abs(real_numerator)')), signed_text('real_denominator', real_text('abs(real_denominator)')), 'coalesce(real_denominator, 1) = 1') }}
    when method = 'efficacy_linear' then {{ line_text('line_add', 'line_times', plain('line_add'), plain('abs(line_times)'),
      difference_text('value', 'unacceptable_value'), difference_text('satisfactory_value', 'unacceptable_value'), 'false') }}
    when method = 'completion_signed' then {{ line_text('line_add', 'line_times', plain('line_add'), plain('abs(line_times)'),
      difference_text('value', 'target'), plain('line_denominator'), 'false') }}
    else {{ line_text('line_add', 'line_times', plain('line_add'), plain('abs(line_times)'),
      signed_text('line_numerator', plain('abs(line_numerator)')), signed_text('line_denominator', plain('abs(line_denominator)')), 'coalesce(line_denominator, 1) = 1') }}
  end
{%- endmacro %}

{% macro line_text(add, times, add_text, times_text, numerator_text, denominator_text, is_whole) -%}
  case when coalesce({{ times }}, 0) = 0 then {{ add_text }} else concat(
    case when {{ add }} = 0 then case when {{ times }} < 0 then '−' else '' end else concat({{ add_text }}, case when {{ times }} < 0 then ' − ' else ' + ' end) end,
    {{ times_text }}, ' × ', {{ numerator_text }}, case when {{ is_whole }} then '' else concat(' ÷ ', {{ denominator_text }}) end) end
{%- endmacro %}

{% macro is_only_a_number() -%} method <> 'efficacy_exponential' and coalesce(case arithmetic when 'real' then real_times else cast(line_times as double) end, 0) = 0 {%- endmacro %}
{% macro signed_text(x, absolute_text) -%} case when {{ x }} < 0 then concat('(−', {{ absolute_text }}, ')') else {{ absolute_text }} end {%- endmacro %}
{% macro difference_text(a, b) -%} concat('(', {{ signed_text(a, plain('abs(' ~ a ~ ')')) }}, ' − ', {{ signed_text(b, plain('abs(' ~ b ~ ')')) }}, ')') {%- endmacro %}
{# A double with twelve digits behind the point, or as it is where these would not hold it. #}
{% macro real_text(x) -%}
  coalesce(case when {{ x }} = 0 or abs({{ x }}) >= 0.01 then rtrim(rtrim(cast(try_cast({{ x }} as decimal(38, 12)) as varchar), '0'), '.') end, cast({{ x }} as varchar))
{%- endmacro %}

{# What is laid on the result of the working: limits, a power, rounding; and what comes of it. #}
{% macro limits_laid_on(language) -%}
  {%- set zh = language == 'zh' -%}
  concat(
    case when unlimited_score > score_cap then concat({{ "'，高于上限，按上限 '" if zh else "', above the upper limit of '" }}, {{ plain('score_cap') }}, {{ "' 计'" if zh else "''" }})
      when unlimited_score < score_floor then concat({{ "'，低于下限，按下限 '" if zh else "', below the lower limit of '" }}, {{ plain('score_floor') }}, {{ "' 计'" if zh else "''" }}) else '' end,
    case when score_power is null then '' else concat({{ "'，取 '" if zh else "', to the power of '" }}, {{ real_text('score_power') }}, {{ "' 次方'" if zh else "''" }}) end,
    case when score_decimals is null then '' else concat({{ "'，保留小数 '" if zh else "', decimals '" }}, score_decimals, {{ "' 位'" if zh else "''" }}) end,
    case when score is distinct from unlimited_score then concat({{ "'，得 '" if zh else "', gives '" }}, {{ plain('score') }}) else '' end)
{%- endmacro %}

{% macro degenerate_words(language) -%}
  {%- set zh = language == 'zh' -%}
  concat(case degenerate_policy
      when 'full' then {{ "'满分'" if zh else "'full marks'" }} when 'base' then {{ "'基础分'" if zh else "'the base mark'" }}
      when 'midpoint' then {{ "'基础分与满分的中间值'" if zh else "'the middle of base and full marks'" }} when 'zero' then {{ "'零分'" if zh else "'zero'" }} else {{ "'均值分'" if zh else "'the mean mark'" }} end,
    {{ "'，得分 = '" if zh else "', score = '" }},
    case when degenerate_policy = 'midpoint' then concat('(', {{ plain('base') }}, ' + ', {{ plain('full_marks') }}, ') ÷ 2 = ', {{ plain('score') }}) else {{ plain('score') }} end)
{%- endmacro %}

{# Code of the reason of a step about one indicator: the method that worked the score out, or why none did. #}
{% macro indicator_code() -%} case when arithmetic is not null then method else score_status end {%- endmacro %}

{# Numbers that a step rests on, as a text of JSON; those that are not there are left out. #}
{% macro operands(names) -%}
  concat('{', ltrim(concat({% for name, column in names.items() %}case when {{ column }} is null then '' else concat(', "{{ name }}": ', {{ plain(column, separated=false) }}) end{{ ', ' if not loop.last }}{% endfor %}), ', '), '}')
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
