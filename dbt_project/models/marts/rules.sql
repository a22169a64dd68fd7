-- The rule catalogue as it stood for this edition.
{{ config(materialized='table') }}
select
  rule_code,
  cast(rule_version as integer) as rule_version,
  family,
  stage,
  severity,
  severity_zh,
  title_zh,
  title_en,
  formula_zh,
  formula_en,
  source,
  clause_zh,
  clause_en,
  family_zh,
  family_en,
  shown_per,
  honest_causes_zh,
  honest_causes_en,
  cannot_see_zh,
  cannot_see_en,
  formula_zh as why_zh,
  formula_en as why_en
from {{ source('raw', 'register_rule') }}
