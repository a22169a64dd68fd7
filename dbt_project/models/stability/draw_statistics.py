# How sure each score and grade is: one row per unit, period, statistic and item, from scoring again under other assumptions.
# The arithmetic is the package `stability`; the marts grade_stability, grade_drivers and next_grade put its rows into words.
# A class of units in a period is drawn again where anything its rows rest on differs (stability/draws/digests.py); others keep their rows.


def model(dbt, session):
    dbt.config(materialized="incremental", incremental_strategy="replace_computed_periods")
    from stability.draws import table

    for _ in (
        dbt.ref("sco_indicator_scores"), dbt.ref("sco_prepared"), dbt.ref("sco_values"), dbt.ref("sco_parameters"), dbt.ref("sco_totals"),
        dbt.ref("stg_scheme_nodes"), dbt.ref("stg_scheme_weights"), dbt.ref("stg_scheme_bands"), dbt.ref("stg_scheme_tiers"), dbt.ref("val_schemes"), dbt.ref("findings"),
        dbt.ref("stability_assumptions"), dbt.source("raw", "register_indicators"), dbt.source("raw", "changed_period"),
    ):
        pass  # named for dbt's order; read by their names
    return table.computed(session, str(dbt.this) if dbt.is_incremental else None)
