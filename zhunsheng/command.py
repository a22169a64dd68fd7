"""What all commands share: exit codes, exceptions that are a sentence for people, moments.

Exit codes: 0 fine; 1 findings about data (check); 2 wrong use, or a declaration to mend; 3 a fault of the pipeline. Standing decision: what
somebody has put into words is printed as these words, by `Tool` alone; any other exception is a bug and keeps its traceback.
"""

from __future__ import annotations

import click

DATA_FINDINGS, TO_MEND, PIPELINE_FAULT = 1, 2, 3
# Exceptions that are a sentence for people, by name so that nothing is imported for them, and what the command ends with.
IN_WORDS = {
    **dict.fromkeys((
        "sources.declare.yaml_lines.DeclarationError", "expectations.catalogue.CatalogueFault", "expectations.sentences.UnknownName", "warehouse.contract.EditionError",
        "warehouse.preflight.NotReady", "schemes.definition.SchemeError", "warehouse.scratch.figures.FiguresError", "warehouse.explain.NotScored", "zhunsheng.opening.NotOpened",
        "stability.comparing.NotComparable", "slips.worklist.NotEntitled", "slips.slipping.NoWorkbook", "warehouse.scratch.trying.NothingToTry",
        "slips.notifying.NotConfigured", "zhunsheng.detecting.Unusable",
    ), TO_MEND),
    **dict.fromkeys((
        "warehouse.compiled.CompileFailed", "warehouse.engine.ContractBroken", "warehouse.build.TestFailed", "warehouse.build.ModelFailed", "warehouse.store.WarehouseBusy",
        "expectations.worker.GateFault", "warehouse.loading.LandingFault",
    ), PIPELINE_FAULT),
}


class InWords(click.ClickException):
    """A sentence for a person, and the exit code."""

    def __init__(self, sentence: str, exit_code: int = TO_MEND) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code

    def show(self, file=None) -> None:
        for line in self.message.splitlines():
            click.echo(line if line.startswith(" ") else f"✗ {line}", file=file, err=file is None)  # dbt's own detail is indented



class Tool(click.Group):
    """The command line as a whole: every command's known exceptions end as one sentence, none as a traceback."""

    def invoke(self, context: click.Context):
        try:
            return super().invoke(context)
        except Exception as error:
            code = next((IN_WORDS[name] for kind in type(error).__mro__ if (name := f"{kind.__module__}.{kind.__qualname__}") in IN_WORDS), None)
            if code is None:
                raise
            raise InWords(str(error), code) from None



class Moment(click.DateTime):
    """A Beijing wall time, or `now`: the one place where the clock may be asked."""

    def __init__(self) -> None:
        super().__init__(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])

    def convert(self, value, param, context):
        if value == "now":
            from zhunsheng.run import beijing_now

            return beijing_now()
        return super().convert(value, param, context)
