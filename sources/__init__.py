"""What arrives: declarations, channels, landing and ledger, reading, raw loading, templates.

Nothing here judges a figure, scores it, or knows Dagster; judgement is in `expectations` and in the dbt project.
Standing decision: what comes from outside is kept as bytes first, then read as text; it is treated as hostile until it is read.
"""
