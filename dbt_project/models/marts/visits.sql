-- Every figure recounted on a verification visit and what follows: confirmed, corrected, voided, not verified, replaced, or refused.
with found as (
  select unit_code, indicator, period, max(error_rate) as error_rate, max(impact_permille) as impact_permille
  from {{ ref('val_hits') }}
  where {{ only_changed('period') }}
    and rule_code in (select rules.rule_code from {{ source('raw', 'register_rule') }} as rules where rules.role = 'untrue_figure')
  group by unit_code, indicator, period
),

judged as (
  select
    visits.*,
    case
      when not visits.is_valid then 'REFUSED'
      when visits.result = '无法核实' then 'NOT_VERIFIED'
      when not visits.is_in_force then 'SUPERSEDED'
      when visits.result = '属实' then 'CONFIRMED'
      when visits.true_value is not null then 'CORRECTED'
      else 'VOIDED'
    end as standing
  from {{ ref('val_visits') }} as visits
  where {{ only_changed('visits.period') }}
)

select
  judged.visit_id,
  judged.submission_id,
  judged.provider_id,
  judged.period,
  judged.unit_code,
  judged.unit_zh,
  judged.indicator,
  judged.owner,
  judged.result,
  judged.reported_value,
  judged.true_value,
  cast(judged.reported_value - judged.true_value as decimal(28, 8)) as difference,
  cast(judged.inclusion_probability as decimal(18, 8)) as inclusion_probability,
  judged.material,
  judged.document,
  judged.visited_by,
  judged.visited_on,
  judged.standing,
  -- 差错率 = |reported - should be| / |should be|, as a share
  {{ exact_div('abs(judged.reported_value - judged.true_value)', 'abs(judged.true_value)', 8) }} as error_rate,
  found.impact_permille,
  {{ impact_band('found.impact_permille') }} as impact_band_zh,
  case judged.standing
    when 'REFUSED' then concat('不予采用：', concat_ws('；',
      case when judged.is_own then '不得核验本单位报送的数据' end,
      case when not judged.is_known then '地区、指标或计量单位未登记' end,
      case when not judged.has_right then '无权察访' end,
      case when not judged.is_complete then '结果、内容、记录编号、核验人或日期未填写完整' end,
      case when not judged.has_value then '未写明针对的数值' end))
    when 'NOT_VERIFIED' then '现场无法核实，疑点仍待答复'
    when 'SUPERSEDED' then '已被后来的核验替代'
    when 'CONFIRMED' then '核验属实，该数的疑点消除'
    when 'CORRECTED' then concat('核验不实，按核实值 ', judged.true_text, ' ', judged.measure_text, ' 采用，至报送单位更正为止')
    else '核验不实且没有核实值，该数停止采用，至报送单位更正为止'
  end as why_zh,
  case judged.standing
    when 'REFUSED' then concat('Not used: ', concat_ws('; ',
      case when judged.is_own then 'a visit on one''s own figure' end,
      case when not judged.is_known then 'unit, indicator or measurement unit not known' end,
      case when not judged.has_right then 'not entitled to visit' end,
      case when not judged.is_complete then 'result, material, record, name or date is missing' end,
      case when not judged.has_value then 'it does not say which figure it is about' end))
    when 'NOT_VERIFIED' then 'Could not be verified on the spot; the points stay open'
    when 'SUPERSEDED' then 'Replaced by a later visit'
    when 'CONFIRMED' then 'Found true; the points about this figure are cleared'
    when 'CORRECTED' then concat('Found untrue; the verified value ', judged.true_text, ' ', judged.measure_text, ' is in force until the provider corrects its own')
    else 'Found untrue with no value to put in its place; not in use until the provider corrects it'
  end as why_en
from judged
left join found
  on found.unit_code = judged.unit_code and found.indicator = judged.indicator and found.period = judged.period
  and judged.standing in ('CORRECTED', 'VOIDED')
