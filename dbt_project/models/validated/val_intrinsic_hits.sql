-- Written by expectations/compiler.py from expectations/rules. Every hit of the rules that look at one return alone.
select * from {{ ref('val_hits_form') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_hits_identity') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_hits_nil') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_hits_range') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_hits_reading') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_hits_rulings') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_hits_scheme') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_hits_type') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_hits_visits') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_own_hits') }}
where {{ only_changed('period') }}
