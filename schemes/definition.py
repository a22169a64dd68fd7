"""An assessment scheme as a folder of CSV files (docs/schemes.md): reading it, line by line, with what every column may say.

Belongs here: files to rows, defaults of convenience, the names of parameters. Does not belong here: judging a scheme (lint.py),
computing with it (dbt_project), writing it into a warehouse (scoring.py).
Standing decision: a row remembers its file and line, so whatever is said about a scheme names the line.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from schemes import methods

if TYPE_CHECKING:
    from sources.declare.declarations import Declarations
    from sources.reading.returns import Return

TRANSFORMS = ("none", "ln", "log10", "log2", "log1p", "sqrt", "square", "power", "reciprocal", "logit", "exp", "negate", "abs")
NUMBER = None
# Parameters of an indicator and what they may be: a tuple of words, or NUMBER, or str for any text. The models resolve the same
# names in dbt_project/macros/scoring/parameters.sql (a test holds the two together).
PARAMETERS: dict[str, tuple[str, ...] | type[str] | None] = {
    "combine": ("ratio", "mean", "median", "trimmed_mean", "min", "max", "progress_ratio", "progress_points", "progress_relative"),
    "inputs_missing": ("all", "any"), "transform": TRANSFORMS, "transform_when": ("before", "after"), "goalposts_in": ("raw", "transformed"),
    "impute": ("none", "median", "mean", "min", "max", "zero", "constant", "carry_forward"), "impute_by": ("all", "class", "group"),
    "treat": ("none", "winsorise", "winsorise_or_ln", "clip_percentile", "clip_sd", "clip_iqr"), "reference_by": ("class", "all"),
    "reference_periods": ("each", "pooled", "fixed", "previous"), "sd_kind": ("sample", "population"), "clamp": ("none", "low", "high", "both"),
    "degenerate_policy": ("full", "base", "midpoint", "zero", "mean", "exclude"), "partial": ("proportional", "ceil", "floor"),
    "ties": ("min", "average", "max", "dense"), "layers_by": ("range", "count"), "tier_on": ("value", "completion"),
    "ratio_to": ("best", "worst", "mean", "median", "total", "unit"), "missing_policy": ("redistribute", "floor", "zero"), "reference_unit": str,
    "percentile_kind": ("exclusive", "inclusive", "midpoint"),
    **dict.fromkeys((
        "low", "high", "standard", "target", "step", "per_unit", "layers", "interval_low", "interval_high", "allowed_low", "allowed_high",
        "score_floor", "score_cap", "ratio_cap", "threshold", "transform_power", "transform_offset", "factor", "offset",
        "value_floor", "value_cap", "impute_value", "win_max", "skew_limit", "kurtosis_limit", "clip_low", "clip_high", "low_percentile",
        "high_percentile", "best_mean_of", "centre", "spread", "scale_mean", "scale_sd", "trim", "divisor_minimum", "reference_period",
        "score_decimals", "score_power", "min_peers"), NUMBER),
}
METHODS = tuple(methods.declared())
# Words of the sheets after the base total (sources/forms/scheme.yml has the same).
CHOICES = {
    "adjustments": {"kind": ("bonus", "deduction", "promotion")},
    "vetoes": {"trigger_on": ("event", "target_missed", "above", "below"), "effect": ("grade_set", "downgrade_or_fail", "grade_cap", "disqualify"), "claw_back": ("是", "否")},
    "quotas": {"scope": ("class", "all"), "rounding": ("floor", "half_up", "ceil"), "ties": ("all_in", "none_in", "tiebreak"), "needs_threshold": ("是", "否"), "passes_on": ("是", "否")},
    "classes": {"is_separate": ("是", "否")},
}
YES_NO = ("is_separate", "claw_back", "needs_threshold", "passes_on")
AGGREGATIONS = ("arithmetic", "geometric", "harmonic", "power", "sum", "product", "min", "max", "median")
FLAT = "dimension_code"  # a scheme with this column and without nodes is the plain form: dimensions and their total
COLUMNS = {
    "scheme": ("scheme_id", "title_zh", "policy_document", "document_date", "scope_zh", "content_zh", "method_zh", "procedure_zh", "requirements_zh",
               "score_decimals", "grade_on", "missing_policy", "quarantined_policy", "growth_weight_cap", "effective_date", "total_floor", "total_cap",
               "bonus_cap", "deduction_cap", "hold_above", "mark_above", "least_weight_scored", "least_dimensions_scored",
               "most_weight_stretch"),
    "indicators": ("indicator", "name_zh", "dimension_code", "dimension_zh", "method", "direction", "base", "full_marks", "reference", "cap", "nature",
                   "aspect", "evaluator_side", "parent", "weight", "worst", "best"),
    "weights": ("class_id", "node", "weight"),
    "nodes": ("node", "parent", "weight", "name_zh", "aggregation", "exponent", "data_threshold", "missing_policy", "factor", "shift", "score_power",
              "score_floor", "score_cap", "decimals", "rank_order", "rank_decimals"),
    "classes": ("unit_code", "unit_name", "class_id", "class_zh", "impute_group", "is_separate"),
    "parameters": ("indicator", "class_id", "parameter", "parameter_value"),
    "inputs": ("indicator", "input", "role", "coefficient", "lag"),
    "tiers": ("indicator", "class_id", "tier_from", "from_inclusive", "tier_to", "to_inclusive", "marks", "marks_to"),
    "bands": ("grade_code", "grade_zh", "lower", "lower_inclusive", "upper", "upper_inclusive"),
    "targets": ("unit_code", "indicator", "period", "target", "source_type", "source_ref"),
    "adjustments": ("adjustment", "name_zh", "kind", "marks", "cap", "grade", "decided_by"),
    "vetoes": ("veto", "name_zh", "trigger_on", "indicator", "limit_value", "severity", "effect", "grade", "grade_zh", "levels", "claw_back", "decided_by"),
    "quotas": ("grade", "class_id", "scope", "number", "share", "rounding", "ties", "tiebreak", "needs_threshold", "passes_on"),
    "gaps": ("indicator", "class_id", "input", "reason"),
    "events": ("unit_code", "unit_name", "period", "event_code", "quantity", "severity", "document", "document_date", "note"),
}
SYNONYMS = {"indicator_code": "indicator", "name": "name_zh", "class": "class_id", "unit": "unit_code", "group": "impute_group", "value": "parameter_value",
            "code": "node", "min": "low", "max": "high", "cutoff": "threshold", "agg": "aggregation", "marks_from": "marks", "trigger": "trigger_on", "limit": "limit_value", "event": "event_code", "separate": "is_separate", "veto_id": "veto"}
DIRECTIONS = {"1": "+", "1.0": "+", "+1": "+", "positive": "+", "higher": "+", "正": "+", "-1": "-", "-1.0": "-", "negative": "-", "lower": "-", "逆": "-", "−": "-"}
_YES = {"yes": "是", "true": "是", "1": "是", "是": "是", "no": "否", "false": "否", "0": "否", "否": "否"}


class SchemeError(ValueError):
    """A scheme that cannot be read at all. The message names file and line."""


@dataclass(frozen=True)
class Row:
    """One line of a scheme file or sheet: its fields by column (blank ones left out), and its place.

    `cells` of a workbook: (column number, address) by field, blank ones too.
    """

    file: str
    line: int
    fields: dict[str, str] = field(hash=False)
    cells: dict[str, tuple[int, str]] = field(default_factory=dict, hash=False, compare=False)

    def get(self, name: str, default: str | None = None) -> str | None:
        return self.fields.get(name, default)

    def __getitem__(self, name: str) -> str:
        try:
            return self.fields[name]
        except KeyError:
            raise SchemeError(f"{self.file}:{self.line}: column {name} is blank or missing") from None

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Scheme:
    """A scheme as declared in its files. `tables`: name of COLUMNS -> rows in file order; absent files are empty."""

    name: str
    tables: dict[str, list[Row]]
    strays: tuple[str, ...] = ()  # files beside those of the scheme, which nothing reads

    def __getitem__(self, table: str) -> list[Row]:
        return self.tables.get(table, [])

    @property
    def head(self) -> Row:
        return self["scheme"][0] if self["scheme"] else Row("scheme.csv", 1, {})

    @property
    def is_flat(self) -> bool:
        return not self["nodes"] and not any(r.get("parent") for r in self["indicators"]) and any(r.get(FLAT) for r in self["indicators"])

    def parents(self, row: Row) -> list[str]:
        """A node's parents: one or several, separated by semicolons."""
        return [p.strip() for p in row.get("parent", "").split(";") if p.strip()]

    def nodes(self) -> dict[str, Row]:
        """Declared nodes by code, then those only named as parents, then a root `index` where the tree has several tops."""
        found = {row["node"]: row for row in self["nodes"]}
        for row in [*self["indicators"], *self["nodes"]]:
            for parent in self.parents(row):
                found.setdefault(parent, Row(row.file, row.line, {"node": parent}))
        if self.is_flat:
            return found
        loose = [r["indicator"] for r in self["indicators"] if not self.parents(r)]
        tops = [code for code, row in found.items() if not self.parents(row)]
        if loose or not tops or (len(tops) > 1 and "index" not in found):
            found.setdefault("index", Row("indicators.csv", 1, {"node": "index"}))
        return found

    def edges(self) -> list[tuple[str, str | None]]:
        """(node, parent) of the whole tree; the root's parent is None."""
        nodes = self.nodes()
        declared_tops = [c for c, r in nodes.items() if not self.parents(r)]
        root = "index" if "index" in declared_tops else declared_tops[0] if declared_tops else None
        made = not any(r["node"] == "index" for r in self["nodes"]) and root == "index"
        edges: list[tuple[str, str | None]] = []
        for row in self["indicators"]:
            edges += [(row["indicator"], p) for p in self.parents(row) or [root]]
        for code, row in nodes.items():
            above = self.parents(row)
            edges += [(code, p) for p in above] if above else [(code, root if made and code != root else None)]
        return edges

    def weights(self, classes: Iterable[str]) -> dict[tuple[str, str], str]:
        """{(class, node): weight as written}: weights.csv before the column `weight`, before 1."""
        classes = list(classes)
        found: dict[tuple[str, str], str] = {}
        codes = [r["indicator"] for r in self["indicators"]] + list(self.nodes())
        general = {r.get("indicator") or r["node"]: r["weight"] for r in [*self["indicators"], *self["nodes"]] if r.get("weight")}
        for code in codes:
            found |= {(c, code): general.get(code, "1") for c in classes}
        for row in sorted(self["weights"], key=lambda r: r.get("class_id") is not None):
            code = row.get("node") or row["indicator"]
            found |= {(c, code): row["weight"] for c in ([row["class_id"]] if row.get("class_id") else classes)}
        return found

    def parameters(self) -> list[tuple[str, str | None, str, str, Row]]:
        """(indicator, class or None, parameter, value, row): columns of indicators.csv, then rows of parameters.csv."""
        found = []
        for row in self["indicators"]:
            found += [(row["indicator"], None, name, value, row) for name, value in row.fields.items() if name in PARAMETERS]
            if _is_number(row.get("worst")) and _is_number(row.get("best")):
                low, high = sorted((row["worst"], row["best"]), key=float)
                found += [(row["indicator"], None, "low", low, row), (row["indicator"], None, "high", high, row)]
        named = {(i, c, p) for i, c, p, *_ in found}
        for row in self["parameters"]:
            key = (row["indicator"], row.get("class_id"), row["parameter"])
            if key in named:
                found = [f for f in found if f[:3] != key]
            found.append((*key, row["parameter_value"], row))
        return found

    def direction(self, row: Row) -> str:
        """`+` or `-`; from worst and best where these are given."""
        if _is_number(row.get("worst")) and _is_number(row.get("best")):
            return "+" if float(row["best"]) >= float(row["worst"]) else "-"
        given = row.get("direction", "+")
        return DIRECTIONS.get(given.lower(), given)


def _is_number(text: str | None) -> bool:
    try:
        return math.isfinite(float(text or ""))
    except ValueError:
        return False


def load(folder: Path) -> Scheme:
    """Read a scheme folder. Raises SchemeError where a file cannot be read or the indicators are missing."""
    if not folder.is_dir():
        raise SchemeError(f"{folder}: not a folder of scheme files")
    tables = {name: _read(folder / f"{name}.csv") for name in COLUMNS if (folder / f"{name}.csv").exists()}
    if not tables.get("indicators"):
        raise SchemeError(f"{folder}/indicators.csv: a scheme needs at least one indicator")
    strays = sorted(path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith((".", "~")) and path.name not in {f"{name}.csv" for name in COLUMNS})
    return Scheme(folder.name, tables, tuple(strays))


def known_columns(table: str) -> set[str]:
    """Columns a file may have; indicators.csv also takes every parameter, and period is allowed where it is a note."""
    return set(COLUMNS[table]) | (set(PARAMETERS) if table == "indicators" else set()) | ({"indicator"} if table == "weights" else set())


def _read(path: Path) -> list[Row]:
    try:
        lines = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    except UnicodeDecodeError as error:
        raise SchemeError(f"{path.name}: not UTF-8: {error}") from error
    if not lines:
        return []
    table = path.stem
    header = [_name(table, text) for text in lines[0]]
    if len(set(header)) < len(header):
        raise SchemeError(f"{path.name}:1: a column appears twice")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if len(line) > len(header):
            raise SchemeError(f"{path.name}:{number}: {len(line)} fields where the header has {len(header)}")
        fields = {h: _tidy(h, v.strip()) for h, v in zip(header, line) if v.strip() != ""}
        if fields:
            rows.append(Row(path.name, number, fields))
    return rows


def _name(table: str, text: str) -> str:
    name = text.strip().lower()
    known = known_columns(table)
    return name if name in known else SYNONYMS[name] if SYNONYMS.get(name) in known else name


def _tidy(column: str, value: str) -> str:
    return _YES.get(value.lower(), value) if column.endswith("_inclusive") or column in YES_NO else value


def load_any(path: Path, project: Path) -> Scheme:
    """A scheme folder, or a scheme workbook as the office hands it in (places are then sheet:row)."""
    if path.is_dir():
        return load(path)
    from sources.declare import declarations

    return of_return(path.stem, read_workbook(path, declarations.load(project)))


def read_workbook(path: Path, declared: Declarations) -> Return:
    """A scheme workbook as the door reads it. Raises SchemeError where it is none."""
    from sources.reading.reading import read_return

    read = read_return(path.read_bytes(), path.name, declared, None, "check")
    if read.form_id != "scheme":
        raise SchemeError(f"{path.name}: 不是考评方案 / not a scheme (found: {read.form_id or 'no known form'})")
    return read


def of_return(name: str, read: Return) -> Scheme:
    """The scheme that a workbook holds."""
    return of_cells(name, (cell[:5] + (cell.field, cell.value_text) for cell in read.cells))


def of_cells(name: str, cells: Iterable[tuple[str, str, int, int, str, str, str | None]]) -> Scheme:
    """A scheme from the cells of its workbook: (table, sheet, row, column, address, field, text), in any order.

    The sheets 层级 and 分组 say in rows of their own what a folder says beside the indicator and the unit.
    """
    rows: dict[tuple[str, str, int], Row] = {}
    for table, sheet, row_no, col_no, address, column, text in cells:
        row = rows.setdefault((table.removeprefix("scheme_"), sheet, row_no), Row(sheet, row_no, {}))
        row.cells[column] = (col_no, address)
        if text and text.strip():
            row.fields[column] = text.strip()
    tables: dict[str, list[Row]] = {}
    for (table, *_), row in sorted(rows.items(), key=lambda item: item[0]):
        if row.fields:
            tables.setdefault(table, []).append(row)
    units = {row.get("unit_code"): row for row in tables.get("classes", [])}
    for row in tables.pop("groups", []):
        if row.get("unit_code") in units:
            units[row["unit_code"]].fields["impute_group"] = row.get("impute_group", "")
    _fold_nodes(tables)
    return Scheme(name, tables)


def _fold_nodes(tables: dict[str, list[Row]]) -> None:
    """One row per node, its parents in one field; a row of an indicator gives its parent to the indicator."""
    known = {row.get("indicator"): row for row in tables.get("indicators", [])}
    nodes: dict[str | None, Row] = {}
    for row in tables.pop("nodes", []):
        first = known.get(row.get("node")) or nodes.setdefault(row.get("node"), row)
        if first is not row and row.get("parent"):
            first.fields["parent"] = ";".join(filter(None, (first.get("parent"), row["parent"])))
            first.cells.setdefault("parent", row.cells["parent"])
    if nodes:
        tables["nodes"] = list(nodes.values())
