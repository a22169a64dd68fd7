{#
  A transform of one real x (a value, or a goalpost given in raw units): ln, log10, log2, log1p, sqrt, square, power,
  reciprocal, logit, negate, abs; `offset` is added first. Null outside the domain, shown by the status UNDEFINED.
#}
{% macro transformed(x, kind, exponent, offset) -%}
  (case {{ kind }}
    when 'none' then {{ x }}
    when 'ln' then {{ real_ln('(' ~ x ~ ' + ' ~ offset ~ ')') }}
    when 'log10' then {{ real_ln('(' ~ x ~ ' + ' ~ offset ~ ')') }} / ln(10)
    when 'log2' then {{ real_ln('(' ~ x ~ ' + ' ~ offset ~ ')') }} / ln(2)
    when 'log1p' then {{ real_ln('(1 + ' ~ x ~ ' + ' ~ offset ~ ')') }}
    when 'sqrt' then (case when {{ x }} + {{ offset }} >= 0 then sqrt({{ x }} + {{ offset }}) end)
    when 'square' then ({{ x }} + {{ offset }}) * ({{ x }} + {{ offset }})
    when 'power' then {{ real_power('(' ~ x ~ ' + ' ~ offset ~ ')', exponent) }}
    when 'reciprocal' then {{ real_div('1.0', '(' ~ x ~ ' + ' ~ offset ~ ')') }}
    when 'logit' then (case when {{ x }} > 0 and {{ x }} < 1 then ln({{ x }} / (1 - {{ x }})) end)
    when 'exp' then exp({{ x }} + {{ offset }})
    when 'negate' then -({{ x }} + {{ offset }})
    when 'abs' then abs({{ x }} + {{ offset }})
  end)
{%- endmacro %}

{# COINr's test of a distribution: both |skewness| and excess kurtosis (bias-corrected, type 2 of Joanes & Gill) above their limits. #}
{% macro is_skewed(skew, kurtosis, skew_limit, kurtosis_limit) -%}
  coalesce(abs({{ skew }}) > {{ skew_limit }} and {{ kurtosis }} > {{ kurtosis_limit }}, false)
{%- endmacro %}

{#
  Percentile `p` (0-100) of a group as an aggregate over rows numbered 1..n from the lowest: linear between the two nearest
  ranks (type 7 of Hyndman & Fan, the default of R, NumPy and spreadsheets).
#}
{% macro percentile_of(place, n, value, p) -%}
  (max(case when {{ place }} = 1 + floor(({{ n }} - 1) * {{ p }} / 100.0) then {{ value }} end)
   + max((({{ n }} - 1) * {{ p }} / 100.0) - floor(({{ n }} - 1) * {{ p }} / 100.0))
   * (max(case when {{ place }} = least({{ n }}, 2 + floor(({{ n }} - 1) * {{ p }} / 100.0)) then {{ value }} end)
      - max(case when {{ place }} = 1 + floor(({{ n }} - 1) * {{ p }} / 100.0) then {{ value }} end)))
{%- endmacro %}
