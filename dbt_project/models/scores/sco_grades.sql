-- The grades of each scheme in their order: 1 is the best. Where a lower total is better (rank order asc), the lowest band is.
with directions as (
  select submission_id, max(rank_order) as rank_order
  from {{ ref('stg_scheme_nodes') }}
  where parent is null and {{ only_changed('period') }}
  group by submission_id
)

select
  bands.submission_id, bands.period, bands.grade_code, bands.grade_zh,
  cast(row_number() over (
    partition by bands.submission_id
    order by case when bands.lower is null then 1 else -1 end * case when directions.rank_order = 'asc' then -1 else 1 end,
      case when directions.rank_order = 'asc' then bands.lower else -bands.lower end
  ) as integer) as grade_order,
  cast(count(*) over (partition by bands.submission_id) as integer) as n_grades
from {{ ref('stg_scheme_bands') }} as bands
left join directions on directions.submission_id = bands.submission_id
where {{ only_changed('bands.period') }}
