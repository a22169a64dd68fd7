"""Great Expectations at work: the only modules that import it, and only a worker process imports them (expectations/worker.py).

Belongs here: expectation types of our own, what runs them on frames and tables, what becomes of their results. Does not belong here: rules and their
words (rules/), which expectations a form or a family has (form_suites.py, rule_suites.py: plain dicts).
"""
