-- Written by expectations/compiler.py from expectations/rules/runs.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
select
  figures.*, length(trim(both '0' from figures.digits)) as n_digits,
  abs((value - value_b1) - (value_b1 - value_b2)) as unevenness,
  abs(value - value_b1) as step,
  ln(nullif(abs(cast(value as double)), 0)) - 2 * ln(nullif(abs(cast(value_b1 as double)), 0)) + ln(nullif(abs(cast(value_b2 as double)), 0)) as bend_now,
  ln(nullif(abs(cast(value_a1 as double)), 0)) - 2 * ln(nullif(abs(cast(value as double)), 0)) + ln(nullif(abs(cast(value_b1 as double)), 0)) as bend_next
from {{ ref('val_expected') }} as figures
where {{ only_changed('figures.period') }}
