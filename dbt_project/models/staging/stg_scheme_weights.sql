-- Weights by class; they add up to exactly 100 in each class.
{{ pivot_table('scheme_weights', [
  ['class_id', 'text'],
  ['indicator', 'text'],
  ['weight', 'decimal'],
]) }}
