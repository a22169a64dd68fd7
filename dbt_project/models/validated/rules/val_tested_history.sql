-- Written by expectations/compiler.py from expectations/rules/history.yml: edit that file, not this one.
{% set text = dbt.type_string() %}
select * from {{ ref('val_expected') }}
where {{ only_changed('period') }}
