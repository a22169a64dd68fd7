"""What must hold: the rule catalogue, its compiler to dbt models, the Great Expectations gate, the rule book.

Never imports dagster, sources or zhunsheng. Rules are data (`rules/*.yml`); the code here only reads, compiles and asserts.
"""
