-- Written by expectations/compiler.py from expectations/rules. Per rule and period, what was looked at and what came of it: Great Expectations asserts on this.
select * from {{ ref('val_summary_companions') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_summary_copies') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_summary_cross') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_summary_form') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_summary_growth') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_summary_hands') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_summary_hierarchy') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_summary_history') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_summary_identity') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_summary_keying') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_summary_nil') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_summary_peers') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_summary_places') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_summary_range') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_summary_reading') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_summary_revisions') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_summary_rulings') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_summary_runs') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_summary_scheme') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_summary_silence') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_summary_targets') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_summary_type') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_summary_visits') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_summary_yearly') }}
where {{ only_changed('period') }}
