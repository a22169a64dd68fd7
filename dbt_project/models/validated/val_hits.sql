-- Every hit of every rule, all rows: the one table that staging's figures, the gate, the marts and the slips read.
select * from {{ ref('val_intrinsic_hits') }} where {{ only_changed('period') }}
union all
select * from {{ ref('val_hits_cross') }} where {{ only_changed('period') }}
union all
select * from {{ ref('val_hits_yearly') }} where {{ only_changed('period') }}
