-- A form and period for which its provider says that nothing arose, and why: the first such statement that is valid.
-- Only of forms that the provider owes; a statement without a reason is none (RD44 sends it back).
with stated as (
  select
    nil.provider_id,
    forms.form_id,
    nil.period,
    nil.submission_id,
    nil.reason,
    returns.received_at,
    row_number() over (partition by nil.provider_id, forms.form_id, nil.period order by nil.ledger_seq, nil.row_no) as place
  from {{ ref('stg_nil_returns') }} as nil
  inner join {{ ref('val_returns') }} as returns on returns.submission_id = nil.submission_id and returns.return_status not in ('RETURNED', 'HELD')
  inner join {{ source('raw', 'register_form') }} as forms on nil.form_number in (forms.number, forms.form_id)
  inner join {{ source('raw', 'register_provider_form') }} as provider_forms
    on provider_forms.provider_id = nil.provider_id and provider_forms.form_id = forms.form_id
    and {{ within_years('nil.period', 'provider_forms') }}
  where {{ only_changed('nil.period') }}
)

select provider_id, form_id, period, submission_id, reason, received_at
from stated
where place = 1
