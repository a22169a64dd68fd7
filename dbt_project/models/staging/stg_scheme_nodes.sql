-- The tree of a scheme: one row per node and parent (indicators included). How a node is computed from its children is in
-- any of its own rows.
{{ pivot_table('scheme_nodes', [
  ['node', 'text'],
  ['parent', 'text'],
  ['name_zh', 'text'],
  ['aggregation', 'text'],
  ['exponent', 'decimal'],
  ['data_threshold', 'decimal'],
  ['missing_policy', 'text'],
  ['factor', 'decimal'],
  ['shift', 'decimal'],
  ['score_power', 'decimal'],
  ['score_floor', 'decimal'],
  ['score_cap', 'decimal'],
  ['decimals', 'integer'],
  ['rank_order', 'text'],
  ['rank_decimals', 'integer'],
]) }}
