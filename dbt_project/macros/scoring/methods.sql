{#
  Scoring methods. Each gives a SQL expression, decimal(28, 8), null where it has no answer; which method an indicator uses,
  and with which parameters, is scheme data.
#}

{#
  Linear efficacy coefficient (功效系数法): d = c + (F - c) (x - x_s) / (x_h - x_s), c = base, F = full marks, x_h the
  satisfactory and x_s the unacceptable value (already swapped for "less is better"). Source: Jiangxi 2012, largest = 100,
  smallest = 60. All peers equal (x_h = x_s): full marks, told by the status DEGENERATE.
#}
{% macro efficacy_linear(value, satisfactory, unacceptable, base, full_marks) -%}
  case
    when {{ satisfactory }} = {{ unacceptable }} then cast({{ full_marks }} as decimal(28, 8))
    else {{ base }} + {{ exact_div(
      '(' ~ full_marks ~ ' - ' ~ base ~ ') * cast(' ~ value ~ ' - ' ~ unacceptable ~ ' as decimal(26, 8))',
      satisfactory ~ ' - ' ~ unacceptable, 8) }}
  end
{%- endmacro %}

{#
  Signed-distance completion: c = 1 + dir (x - T) / |T|. Right for negative targets and for both directions
  (Sichuan 2016: target -2.50 %, actual -2.66 %, less is better: 1.064). Null for T = 0, which no ratio can judge.
#}
{% macro signed_completion(value, target, direction) -%}
  1 + (case when {{ direction }} = '-' then -1 else 1 end) * {{ exact_div(value ~ ' - ' ~ target, 'abs(' ~ target ~ ')', 8) }}
{%- endmacro %}

{# Completion to marks: floor 0, at most `cap` (1 where the scheme gives none) times full marks, and never above full marks x cap.
   Null stays null: engines' greatest() passes over it, and no target would become no marks. #}
{% macro completion_score(completion, cap, full_marks) -%}
  case when {{ completion }} is not null then
  cast(round({{ full_marks }} * cast(least(greatest({{ completion }}, 0), coalesce({{ cap }}, 1)) as decimal(18, 8)), 8) as decimal(28, 8))
  end
{%- endmacro %}

{# Half-up to a number of decimals that is itself data (0..4). #}
{% macro half_up_to(expression, decimals) -%}
  (case {{ decimals }}
    {%- for digits in range(5) %} when {{ digits }} then {{ half_up(expression, digits) }}{% endfor %}
    else {{ half_up(expression, 2) }} end)
{%- endmacro %}
