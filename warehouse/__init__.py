"""Where data are stored: paths of a home, the writer's lock, the engine that runs what dbt compiled, increments, editions. Never imports Dagster."""
