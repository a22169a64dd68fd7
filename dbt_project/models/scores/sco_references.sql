-- What a peer-referenced method measures against: the lowest and highest usable value in each class (domain: validated values only).
select
  scheme_submission_id,
  class_id,
  indicator,
  period,
  min(value) as lowest,
  max(value) as highest,
  count(value) as n_peers
from {{ ref('sco_values') }}
where status in ('ACCEPTED', 'MARKED') and {{ only_changed('period') }}
group by scheme_submission_id, class_id, indicator, period
