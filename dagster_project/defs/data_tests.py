"""dbt's data tests as checks of the graph: what each found in the rows of this night."""

import dagster as dg

from dagster_project import specs
from dagster_project.night import Night
from warehouse.compiled import Compiled


def data_tests(project: Compiled, after: list[dg.AssetKey]) -> dg.AssetChecksDefinition:
    """The checks; a test that finds rows stops the publication (Night.publish), and is shown here."""

    @dg.multi_asset_check(name="data_tests", specs=specs.of_tests(project, after), can_subset=True)
    def checks(night: dg.ResourceParam[Night]):
        for node in project.tests:
            if node.name in night.tested:
                yield dg.AssetCheckResult(asset_key=specs.subject(node, project), check_name=node.name, passed=not night.tested[node.name], metadata={"rows": night.tested[node.name]})

    return checks
