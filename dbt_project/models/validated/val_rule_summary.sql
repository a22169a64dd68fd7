-- Written by expectations/compiler.py from expectations/rules. Per rule and period, what was looked at and what came of it: Great Expectations asserts on this.
with outcomes as (
  select
    rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,
    case rules.rule_code
      when 'RT01' then judged.outcome_rt01
    end as outcome
  from {{ ref('val_judged_companions') }} as judged
  cross join (values ('RT01', 2, 'W')) as rules(rule_code, rule_version, severity)
  where {{ only_changed('judged.period') }}

  union all

  select
    rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,
    case rules.rule_code
      when 'CP04' then judged.outcome_cp04
      when 'CP05' then judged.outcome_cp05
      when 'CP06' then judged.outcome_cp06
    end as outcome
  from {{ ref('val_judged_copies') }} as judged
  cross join (values ('CP04', 1, 'W'), ('CP05', 1, 'W'), ('CP06', 1, 'W')) as rules(rule_code, rule_version, severity)
  where {{ only_changed('judged.period') }}

  union all

  select
    rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,
    case rules.rule_code
      when 'CR01' then judged.outcome_cr01
      when 'CR02' then judged.outcome_cr02
      when 'CR03' then judged.outcome_cr03
      when 'CR04' then judged.outcome_cr04
      when 'CR05' then judged.outcome_cr05
      when 'CR06' then judged.outcome_cr06
      when 'CR07' then judged.outcome_cr07
      when 'CR08' then judged.outcome_cr08
    end as outcome
  from {{ ref('val_judged_cross') }} as judged
  cross join (values ('CR01', 1, 'W'), ('CR02', 1, 'W'), ('CR03', 1, 'W'), ('CR04', 1, 'W'), ('CR05', 1, 'W'), ('CR06', 1, 'W'), ('CR07', 1, 'W'), ('CR08', 1, 'W')) as rules(rule_code, rule_version, severity)
  where {{ only_changed('judged.period') }}

  union all

  select
    rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,
    case rules.rule_code
      when 'FM01' then judged.outcome_fm01
      when 'FM02' then judged.outcome_fm02
      when 'FM03' then judged.outcome_fm03
      when 'FM04' then judged.outcome_fm04
      when 'FM05' then judged.outcome_fm05
      when 'FM06' then judged.outcome_fm06
      when 'FM07' then judged.outcome_fm07
      when 'FM08' then judged.outcome_fm08
    end as outcome
  from {{ ref('val_judged_form') }} as judged
  cross join (values ('FM01', 1, 'E'), ('FM02', 1, 'E'), ('FM03', 1, 'E'), ('FM04', 1, 'E'), ('FM05', 1, 'E'), ('FM06', 1, 'E'), ('FM07', 1, 'E'), ('FM08', 1, 'E')) as rules(rule_code, rule_version, severity)
  where {{ only_changed('judged.period') }}

  union all

  select
    rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,
    case rules.rule_code
      when 'GR01' then judged.outcome_gr01
    end as outcome
  from {{ ref('val_judged_growth') }} as judged
  cross join (values ('GR01', 1, 'W')) as rules(rule_code, rule_version, severity)
  where {{ only_changed('judged.period') }}

  union all

  select
    rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,
    case rules.rule_code
      when 'SB01' then judged.outcome_sb01
      when 'SB02' then judged.outcome_sb02
      when 'HP01' then judged.outcome_hp01
    end as outcome
  from {{ ref('val_judged_hands') }} as judged
  cross join (values ('SB01', 1, 'W'), ('SB02', 2, 'W'), ('HP01', 1, 'I')) as rules(rule_code, rule_version, severity)
  where {{ only_changed('judged.period') }}

  union all

  select
    rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,
    case rules.rule_code
      when 'HC01' then judged.outcome_hc01
    end as outcome
  from {{ ref('val_judged_hierarchy') }} as judged
  cross join (values ('HC01', 1, 'W')) as rules(rule_code, rule_version, severity)
  where {{ only_changed('judged.period') }}

  union all

  select
    rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,
    case rules.rule_code
      when 'YR02' then judged.outcome_yr02
      when 'JP01' then judged.outcome_jp01
      when 'JP02' then judged.outcome_jp02
      when 'JP03' then judged.outcome_jp03
    end as outcome
  from {{ ref('val_judged_history') }} as judged
  cross join (values ('YR02', 2, 'W'), ('JP01', 2, 'W'), ('JP02', 1, 'I'), ('JP03', 1, 'W')) as rules(rule_code, rule_version, severity)
  where {{ only_changed('judged.period') }}

  union all

  select
    rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,
    case rules.rule_code
      when 'ID01' then judged.outcome_id01
      when 'ID02' then judged.outcome_id02
    end as outcome
  from {{ ref('val_judged_identity') }} as judged
  cross join (values ('ID01', 1, 'E'), ('ID02', 1, 'E')) as rules(rule_code, rule_version, severity)
  where {{ only_changed('judged.period') }}

  union all

  select
    rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,
    case rules.rule_code
      when 'KE01' then judged.outcome_ke01
      when 'KE02' then judged.outcome_ke02
      when 'KE03' then judged.outcome_ke03
    end as outcome
  from {{ ref('val_judged_keying') }} as judged
  cross join (values ('KE01', 1, 'W'), ('KE02', 1, 'W'), ('KE03', 1, 'W')) as rules(rule_code, rule_version, severity)
  where {{ only_changed('judged.period') }}

  union all

  select
    rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,
    case rules.rule_code
      when 'NL01' then judged.outcome_nl01
    end as outcome
  from {{ ref('val_judged_nil') }} as judged
  cross join (values ('NL01', 1, 'E')) as rules(rule_code, rule_version, severity)
  where {{ only_changed('judged.period') }}

  union all

  select
    rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,
    case rules.rule_code
      when 'PE01' then judged.outcome_pe01
    end as outcome
  from {{ ref('val_judged_peers') }} as judged
  cross join (values ('PE01', 2, 'W')) as rules(rule_code, rule_version, severity)
  where {{ only_changed('judged.period') }}

  union all

  select
    rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,
    case rules.rule_code
      when 'MC01' then judged.outcome_mc01
      when 'MC02' then judged.outcome_mc02
      when 'MC03' then judged.outcome_mc03
    end as outcome
  from {{ ref('val_judged_places') }} as judged
  cross join (values ('MC01', 1, 'W'), ('MC02', 1, 'W'), ('MC03', 1, 'W')) as rules(rule_code, rule_version, severity)
  where {{ only_changed('judged.period') }}

  union all

  select
    rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,
    case rules.rule_code
      when 'RG01' then judged.outcome_rg01
      when 'RG02' then judged.outcome_rg02
    end as outcome
  from {{ ref('val_judged_range') }} as judged
  cross join (values ('RG01', 1, 'E'), ('RG02', 1, 'W')) as rules(rule_code, rule_version, severity)
  where {{ only_changed('judged.period') }}

  union all

  select
    rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,
    case rules.rule_code
      when 'RD00' then judged.outcome_rd00
      else case when judged.finding_code = rules.rule_code then 'FAIL' else 'PASS' end
    end as outcome
  from {{ ref('val_judged_reading') }} as judged
  cross join (values ('RD00', 1, 'E'), ('RD01', 1, 'E'), ('RD02', 1, 'E'), ('RD03', 1, 'E'), ('RD04', 1, 'E'), ('RD05', 1, 'E'), ('RD06', 1, 'E'), ('RD07', 1, 'E'), ('RD08', 1, 'E'), ('RD09', 1, 'E'), ('RD10', 1, 'I'), ('RD11', 1, 'I'), ('RD12', 1, 'E'), ('RD13', 1, 'E'), ('RD14', 1, 'W'), ('RD15', 1, 'E'), ('RD16', 1, 'I'), ('RD20', 1, 'E'), ('RD21', 1, 'E'), ('RD22', 1, 'W'), ('RD23', 1, 'W'), ('RD24', 1, 'E'), ('RD25', 1, 'E'), ('RD26', 1, 'E'), ('RD27', 1, 'E'), ('RD28', 1, 'E'), ('RD29', 1, 'E'), ('RD30', 1, 'I'), ('RD31', 1, 'E'), ('RD32', 1, 'E'), ('RD33', 1, 'E'), ('RD34', 1, 'E'), ('RD35', 1, 'W'), ('RD36', 1, 'W'), ('RD37', 1, 'I'), ('RD38', 1, 'W'), ('RD39', 1, 'E'), ('RD40', 1, 'E'), ('RD41', 1, 'E'), ('RD42', 1, 'E'), ('RD43', 1, 'E'), ('RD44', 1, 'E'), ('RD45', 1, 'E'), ('RD46', 1, 'E'), ('RD47', 1, 'E'), ('RD50', 1, 'E'), ('RD51', 1, 'E'), ('RD52', 1, 'W'), ('RD53', 1, 'I'), ('RD54', 1, 'I'), ('RD55', 1, 'I'), ('RD60', 1, 'E'), ('RD61', 1, 'E'), ('RD62', 1, 'E'), ('RD63', 1, 'W'), ('RD64', 1, 'E'), ('RD65', 1, 'E'), ('RD66', 1, 'W'), ('RD67', 1, 'W'), ('RD90', 1, 'I'), ('RD91', 1, 'E')) as rules(rule_code, rule_version, severity)
  where {{ only_changed('judged.period') }}

  union all

  select
    rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,
    case rules.rule_code
      when 'RV01' then judged.outcome_rv01
      when 'RV02' then judged.outcome_rv02
      when 'RV03' then judged.outcome_rv03
    end as outcome
  from {{ ref('val_judged_revisions') }} as judged
  cross join (values ('RV01', 1, 'W'), ('RV02', 1, 'W'), ('RV03', 1, 'E')) as rules(rule_code, rule_version, severity)
  where {{ only_changed('judged.period') }}

  union all

  select
    rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,
    case rules.rule_code
      when 'RU01' then judged.outcome_ru01
      when 'RU02' then judged.outcome_ru02
      when 'RU03' then judged.outcome_ru03
      when 'RU04' then judged.outcome_ru04
      when 'RU05' then judged.outcome_ru05
      when 'RU06' then judged.outcome_ru06
    end as outcome
  from {{ ref('val_judged_rulings') }} as judged
  cross join (values ('RU01', 1, 'E'), ('RU02', 1, 'E'), ('RU03', 1, 'E'), ('RU04', 1, 'E'), ('RU05', 1, 'E'), ('RU06', 1, 'E')) as rules(rule_code, rule_version, severity)
  where {{ only_changed('judged.period') }}

  union all

  select
    rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,
    case rules.rule_code
      when 'FZ01' then judged.outcome_fz01
      when 'FZ02' then judged.outcome_fz02
      when 'FZ03' then judged.outcome_fz03
    end as outcome
  from {{ ref('val_judged_runs') }} as judged
  cross join (values ('FZ01', 1, 'W'), ('FZ02', 1, 'W'), ('FZ03', 1, 'W')) as rules(rule_code, rule_version, severity)
  where {{ only_changed('judged.period') }}

  union all

  select
    rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,
    case rules.rule_code
      when 'SC00' then judged.outcome_sc00
      else case when judged.finding_code = rules.rule_code then 'FAIL' else 'PASS' end
    end as outcome
  from {{ ref('val_judged_scheme') }} as judged
  cross join (values ('SC00', 1, 'E'), ('SC01', 1, 'W'), ('SC02', 1, 'E'), ('SC03', 1, 'E'), ('SC04', 1, 'E'), ('SC05', 1, 'E'), ('SC06', 1, 'E'), ('SC07', 1, 'E'), ('SC08', 1, 'E'), ('SC09', 1, 'E'), ('SC10', 1, 'E'), ('SC11', 1, 'E'), ('SC12', 1, 'W'), ('SC13', 1, 'E'), ('SC14', 1, 'E'), ('SC15', 1, 'W'), ('SC16', 1, 'E'), ('SC17', 1, 'E'), ('SC18', 1, 'E'), ('SC19', 1, 'E'), ('SC20', 1, 'W'), ('SC21', 1, 'W'), ('SC22', 1, 'E'), ('SC23', 1, 'E'), ('SC24', 1, 'E'), ('SC25', 1, 'E'), ('SC26', 1, 'W'), ('SC27', 1, 'E'), ('SC28', 1, 'E'), ('SC31', 1, 'E'), ('SC32', 1, 'E'), ('SC33', 1, 'E'), ('SC34', 1, 'E'), ('SC35', 1, 'E')) as rules(rule_code, rule_version, severity)
  where {{ only_changed('judged.period') }}

  union all

  select
    rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,
    case rules.rule_code
      when 'SI01' then judged.outcome_si01
    end as outcome
  from {{ ref('val_judged_silence') }} as judged
  cross join (values ('SI01', 1, 'I')) as rules(rule_code, rule_version, severity)
  where {{ only_changed('judged.period') }}

  union all

  select
    rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,
    case rules.rule_code
      when 'TG01' then judged.outcome_tg01
      when 'TG02' then judged.outcome_tg02
    end as outcome
  from {{ ref('val_judged_targets') }} as judged
  cross join (values ('TG01', 1, 'W'), ('TG02', 1, 'I')) as rules(rule_code, rule_version, severity)
  where {{ only_changed('judged.period') }}

  union all

  select
    rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,
    case rules.rule_code
      when 'TY01' then judged.outcome_ty01
      when 'TY02' then judged.outcome_ty02
      when 'TY03' then judged.outcome_ty03
      when 'TY04' then judged.outcome_ty04
      when 'TY05' then judged.outcome_ty05
      when 'TY06' then judged.outcome_ty06
      when 'TY07' then judged.outcome_ty07
      when 'TY08' then judged.outcome_ty08
      when 'UN01' then judged.outcome_un01
      when 'UN02' then judged.outcome_un02
      when 'UN03' then judged.outcome_un03
    end as outcome
  from {{ ref('val_judged_type') }} as judged
  cross join (values ('TY01', 1, 'E'), ('TY02', 1, 'E'), ('TY03', 1, 'E'), ('TY04', 1, 'I'), ('TY05', 1, 'I'), ('TY06', 1, 'I'), ('TY07', 1, 'W'), ('TY08', 1, 'W'), ('UN01', 1, 'W'), ('UN02', 1, 'W'), ('UN03', 1, 'E')) as rules(rule_code, rule_version, severity)
  where {{ only_changed('judged.period') }}

  union all

  select
    rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,
    case rules.rule_code
      when 'VI01' then judged.outcome_vi01
      when 'VI02' then judged.outcome_vi02
      when 'VI03' then judged.outcome_vi03
      when 'VI04' then judged.outcome_vi04
      when 'VI05' then judged.outcome_vi05
    end as outcome
  from {{ ref('val_judged_visits') }} as judged
  cross join (values ('VI01', 1, 'E'), ('VI02', 1, 'E'), ('VI03', 1, 'E'), ('VI04', 1, 'E'), ('VI05', 1, 'E')) as rules(rule_code, rule_version, severity)
  where {{ only_changed('judged.period') }}

  union all

  select
    rules.rule_code, rules.rule_version, rules.severity, judged.period, judged.n_alike,
    case rules.rule_code
      when 'SL01' then judged.outcome_sl01
      when 'SL02' then judged.outcome_sl02
      when 'YR01' then judged.outcome_yr01
      when 'CP01' then judged.outcome_cp01
      when 'CP02' then judged.outcome_cp02
      when 'CP03' then judged.outcome_cp03
    end as outcome
  from {{ ref('val_judged_yearly') }} as judged
  cross join (values ('SL01', 2, 'E'), ('SL02', 1, 'W'), ('YR01', 1, 'W'), ('CP01', 1, 'W'), ('CP02', 1, 'W'), ('CP03', 1, 'W')) as rules(rule_code, rule_version, severity)
  where {{ only_changed('judged.period') }}
)

select
  rule_code, cast(rule_version as integer) as rule_version, severity, period,
  cast(sum(case when outcome in ('PASS', 'FAIL') then n_alike else 0 end) as bigint) as n_checked,
  cast(sum(case when outcome in ('FAIL') then n_alike else 0 end) as bigint) as n_violations,
  cast(sum(case when outcome in ('NOT_APPLICABLE') then n_alike else 0 end) as bigint) as n_not_applicable,
  cast(sum(case when outcome in ('TOO_FEW_POINTS') then n_alike else 0 end) as bigint) as n_too_few,
  cast(sum(case when outcome in ('NOT_RUN') then n_alike else 0 end) as bigint) as n_not_run
from outcomes
group by rule_code, rule_version, severity, period
