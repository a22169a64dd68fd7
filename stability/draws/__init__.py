"""How firm a grade is: the published scoring run again under other weights, methods and figures, on arrays.

Belongs here: the arithmetic of perturbed scores (`panel`, `methods`, `totals`), what may vary (`assumptions`), what drives it
(`drivers`), what one more grade would take (`reach`), the rows that follow (`statistics`), and which of them to make again (`table`, `digests`). Does not belong here: published
scores (dbt_project/models/scores), wording (the marts), any number of a policy (seed `stability_assumptions`).
Standing decisions: without perturbation the published score comes out to the last published digit (a test); every random column
is drawn from its own name, so neither order nor company of units, indicators or years changes a draw; sums are taken one term after the other
and rounded to eight places, so that no machine's vector width shows in an edition.
"""
