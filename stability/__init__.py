"""HOW FIRM A GRADE IS: the published scoring run again under other weights, methods and figures (`draws`), and under last year's rules
(`counterfactuals`); why two years differ (`comparing`). Light on purpose: a model of dbt imports it.
"""
