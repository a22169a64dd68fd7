-- Written by expectations/compiler.py from expectations/rules. Every hit of every rule, all rows: what the gate, the marts and the slips read.
select * from {{ ref('val_intrinsic_hits') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_hits_cross') }}
where {{ only_changed('period') }}
union all
select * from {{ ref('val_hits_yearly') }}
where {{ only_changed('period') }}
