"""Staging to marts: what dbt compiled, computed in three parts, with the counterfactual scores and the truth gate's answer between them."""

from collections.abc import Callable

import dagster as dg

from dagster_project import specs
from dagster_project.night import RESULTS, Night, parts
from dagster_project.specs import OWNERS, key
from expectations import catalogue
from expectations.outcomes import MUST_FIX, SEVERITY_TITLES
from stability import counterfactuals
from warehouse.build import ARRIVING
from warehouse.compiled import Compiled

HITS, TOTALS = key("validated.val_hits"), key("scores.sco_totals")


def models(project: Compiled) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """The assets of the three parts and of the two steps between them; tables of which nothing is recorded as lineage alone."""
    before, after, rest = parts(project)
    written = {RESULTS.relation, counterfactuals.STEP.relation, *ARRIVING}
    return [
        *(specs.of_raw(relation) for relation in project.outside if relation not in written),
        *(specs.of_node(node) for node in project.models if not specs.is_recorded(node)),
        _part("models_before_gate", before, (key("raw.submission"),), lambda night: night.build_up_to_gate()),
        _part("models_after_gate", after, (HITS,), lambda night: night.build_scores_and_marts()),
        counterfactual_scores(),
        truth_gate(),
        _part("models_on_gate", rest, (TOTALS,), lambda night: night.build_rest()),
    ]


def _part(name: str, part: Compiled, after: tuple[dg.AssetKey, ...], run: Callable[[Night], None]) -> dg.AssetsDefinition:
    """A part's recorded tables; `after` is what its step waits for, beside what they read."""
    recorded = [node for node in part.models if specs.is_recorded(node)]

    @dg.multi_asset(name=name, specs=[specs.of_node(node, *(after if number == 0 else ())) for number, node in enumerate(recorded)])
    def compute(night: dg.ResourceParam[Night]):
        run(night)
        seconds = {} if night.plan.nothing else night.build.built.seconds
        yield from specs.results(recorded, seconds, night.engine.count(node.relation for node in recorded))

    return compute


def counterfactual_scores() -> dg.AssetsDefinition:
    """What last year's figures would have scored."""

    @dg.multi_asset(name="counterfactual_scores", specs=[dg.AssetSpec(
        key(counterfactuals.STEP.relation), deps=[key(relation) for relation in counterfactuals.STEP.reads] + [TOTALS], group_name="scores", owners=OWNERS, kinds={"duckdb"},
        description="反事实得分：上年数据按本年规则得几分 / what last year's figures would have scored under this year's rules, step by step")])
    def score(night: dg.ResourceParam[Night]):
        """Only years that changed, and the year after each, are scored again."""
        yield dg.MaterializeResult(metadata={"dagster/row_count": night.score_counterfactuals()})

    return score


def check_name(family: str, severity: str) -> str:
    """One check per rule family and severity, named for what it checks: `identity_must_fix`."""
    return f"{family}_{SEVERITY_TITLES[severity][1].replace(' ', '_')}"


def truth_gate() -> dg.AssetsDefinition:
    """Great Expectations judges the night's summary; its results are rows, and checks on the graph."""
    titles = {(row["family"], row["severity"]): f"{row['family_zh']}·{row['severity_zh']} / {row['family_en']}, {row['severity_en']}" for row in catalogue.catalogue_rows()}
    results = key(RESULTS.relation)

    @dg.multi_asset(
        name="truth_gate",
        specs=[dg.AssetSpec(results, deps=[key(relation) for relation in RESULTS.reads], group_name="validated", owners=OWNERS, kinds={"greatexpectations"},
                            description="期望结果：每条规则每期核了多少、疑点多少、期望是否成立 / what Great Expectations found, a row per expectation")],
        check_specs=[dg.AssetCheckSpec(check_name(*pair), asset=results, description=title) for pair, title in sorted(titles.items())],
    )
    def gate(night: dg.ResourceParam[Night]):
        """A finding about data never stops the night; a blind gate (a canary not caught) does."""
        verdicts = night.judge()
        yield dg.MaterializeResult(asset_key=results, metadata={"dagster/row_count": verdicts.rows, "expectations": verdicts.expectations})
        for family, severity in sorted(titles):
            hits = verdicts.hits.get((family, severity), 0)
            yield dg.AssetCheckResult(
                asset_key=results, check_name=check_name(family, severity), passed=hits == 0,
                severity=dg.AssetCheckSeverity.ERROR if severity == MUST_FIX else dg.AssetCheckSeverity.WARN,
                metadata={"hits": hits, "rules": verdicts.rules.get((family, severity), "")})

    return gate
