-- Groups of units from which a missing value may be imputed, where they are not the classes.
{{ pivot_table('scheme_groups', [
  ['unit_code', 'text'],
  ['impute_group', 'text'],
]) }}
