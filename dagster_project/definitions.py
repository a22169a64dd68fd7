"""What Dagster loads for its pages: `dagster dev -m dagster_project.definitions`."""

from dagster_project import graph

defs = graph.make()
