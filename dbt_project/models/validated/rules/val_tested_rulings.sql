-- Written by expectations/compiler.py from expectations/rules/rulings.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
select
  submission_id, provider_id, cast(null as {{ text }}) as unit_code, cast(null as {{ text }}) as indicator, period, sheet, row_no, col_no, cell,
  decision, state, ruled_submission, rule_code as ruled_rule, ruled_cell, valid_until, document, ruler_zh,
  is_known, is_own, has_right, has_basis, is_current, is_allowed, rule_code
from {{ ref('val_rulings') }}
where {{ only_changed('period') }}
