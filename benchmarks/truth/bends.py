"""The sample's own figures through `zhunsheng findings --figures`: some of them bent, and parts of them alone.

Belongs here: bending figures as keyboards and people do, counting where they are found. Decision: the panel's own errors stay in
the lists and compete, so not even a perfect list holds every bent cell at its top.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from dagster_project import night
from warehouse.scratch import suspecting
from warehouse.settings import Settings

Cell = tuple[str, str, int]  # unit_code, indicator, period
Figures = dict[Cell, tuple[str, str, str]]  # text, unit of measure, form
SEEDS = {"looked at while rules were made": (1, 2, 3), "unseen": (101, 102, 103)}
PER_KIND, TOPS, TOP = 7, (50, 100, 200), 60
ALIKE = {"3": "8", "8": "3", "1": "7", "7": "1", "0": "6", "6": "0", "5": "6", "4": "9", "9": "4"}


def measure() -> dict:
    """`bends`: one record per set of seeds with `bent` cells, `found` {top: cells}, `kinds` {kind: (found in the last top, bent)};
    `parts`: (part, cells of the whole list's top that it holds, as high in its own list, within twice as many)."""
    with tempfile.TemporaryDirectory(prefix="zhunsheng-bends-") as folder:
        settings = Settings(home=Path(folder)).make()
        original = sample(settings)
        bends = [{"seeds": name, "lists": len(seeds), **_counted(settings, original, seeds)} for name, seeds in SEEDS.items()]
        return {"bends": bends, "parts": _parts(settings, original)}


def _parts(settings: Settings, original: Figures) -> list[tuple[str, int, int, int]]:
    top = _listed(settings, original)[:TOP]
    units = sorted({cell[0] for cell in original})
    out = []
    for name, keep in PARTS.items():
        figures = {cell: figure for cell, figure in original.items() if keep(cell, units)}
        left = {cell for cell in top if cell in figures}
        found = _listed(settings, figures)
        out.append((name, len(left), len(left & set(found[: len(left)])), len(left & set(found[: 2 * len(left)]))))
    return out


def _first(units: list[str], province: str, n: int) -> list[str]:
    return [unit for unit in units if unit[:2] == province][:n]


PARTS = {
    "Sichuan alone": lambda cell, units: cell[0][:2] == "51",
    "8 cities of Guangdong, 6 of Sichuan": lambda cell, units: cell[0] in _first(units, "44", 8) + _first(units, "51", 6),
    "three cities a province": lambda cell, units: cell[0] in _first(units, "44", 3) + _first(units, "51", 3),
    "2018–2020": lambda cell, units: cell[2] <= 2020,
    "2020 and 2021": lambda cell, units: cell[2] in (2020, 2021),
    "2021 alone": lambda cell, units: cell[2] == 2021,
}


def sample(settings: Settings) -> Figures:
    """The sample's figures as staging reads them, in an empty home."""
    with night.Night(settings) as tonight:
        tonight.land(dt.datetime(2024, 1, 1))
        tonight.build.run(tonight.project.upstream("stg_figures"))
        rows = tonight.con.execute("""select unit_code, indicator, period, cast(value_printed as varchar), decimals, printed_unit, form_id from staging.stg_figures
            where value is not null and unit_code is not null order by all""").fetchall()
    return {row[:3]: (f"{Decimal(row[3]):.{row[4]}f}", *row[5:]) for row in rows}


def _counted(settings: Settings, original: Figures, seeds: tuple[int, ...]) -> dict:
    found, bent_of, found_of = Counter(), Counter(), Counter()
    for seed in seeds:
        figures, bent = bend(original, seed)
        place = {cell: rank for rank, cell in enumerate(_listed(settings, figures))}
        for cell, kind in bent.items():
            bent_of[kind] += 1
            found_of[kind] += place.get(cell, TOPS[-1]) < TOPS[-1]
            found.update(top for top in TOPS if place.get(cell, top) < top)
    return {"bent": bent_of.total(), "found": dict(found), "kinds": {kind: (found_of[kind], n) for kind, n in bent_of.items()}}


def _listed(settings: Settings, figures: Figures) -> list[Cell]:
    """The cells of the findings in their order, without what something explains and without whole columns."""
    path = settings.home / "figures.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("unit_code", "indicator", "period", "value", "unit", "province_code"))
        writer.writerows((*cell, text, unit, f"{cell[0][:2]}0000") for cell, (text, unit, _) in figures.items())
    names, rows = suspecting.suspect(settings, path)["findings"]
    records = (dict(zip(names, row)) for row in rows)
    shown = ((r["unit_code"], r["indicator"], r["period"]) for r in records if r["suppressed_by"] is None and r["level"] != "column")
    return list(dict.fromkeys(shown))


def bend(original: Figures, seed: int) -> tuple[Figures, dict[Cell, str]]:
    """A copy with `PER_KIND` cells of each kind bent (an exchange bends two), and which cells were bent how."""
    rnd, figures, bent = random.Random(seed), dict(original), {}
    cells = [cell for cell, (text, *_) in original.items() if len(text.replace(".", "").lstrip("-0")) >= 3 and text[0] != "-"]
    for kind, make in KINDS.items():
        done = 0
        while done < PER_KIND:
            changes = make(rnd, original, cells, rnd.choice(cells))
            if not changes or any(cell in bent or Decimal(text) in (0, Decimal(original[cell][0])) for cell, text in changes.items()):
                continue
            for cell, text in changes.items():
                figures[cell], bent[cell] = (text, *original[cell][1:]), kind
            done += len(changes)
    return figures, bent


def _times(factor: str):
    def make(rnd, original: Figures, cells, cell: Cell) -> dict[Cell, str]:
        text = original[cell][0]
        decimals = len(text.partition(".")[2]) + (factor == "0.1")
        return {cell: f"{Decimal(text) * Decimal(factor):.{decimals}f}"}

    return make


def _keyed(change):
    """A slip at the first or second digit: `change(rnd, text, place)` gives the new text or None."""

    def make(rnd, original: Figures, cells, cell: Cell) -> dict[Cell, str]:
        text = original[cell][0]
        places = [i for i, sign in enumerate(text) if sign.isdigit()]
        new = change(rnd, text, places[rnd.randrange(2)])
        return {cell: new} if new and not new.startswith(".") else {}

    return make


def _exchanged_digits(rnd, text: str, i: int) -> str | None:
    j = next((j for j in range(i + 1, len(text)) if text[j].isdigit()), None)
    return j and text[:i] + text[j] + text[i + 1 : j] + text[i] + text[j + 1 :]


def _look_alike(rnd, text: str, i: int) -> str | None:
    return text[:i] + ALIKE[text[i]] + text[i + 1 :] if text[i] in ALIKE else None


def _other(which):
    """Cells of the same form and year beside this one: of the same row, or of the same column and province."""

    def among(original: Figures, cells: list[Cell], cell: Cell) -> list[Cell]:
        return [c for c in cells if c != cell and c[2] == cell[2] and original[c][2] == original[cell][2] and which(c, cell)]

    return among


same_row = _other(lambda a, b: a[0] == b[0])
same_column = _other(lambda a, b: a[1] == b[1] and a[0][:2] == b[0][:2])


def _exchanged(among):
    def make(rnd, original: Figures, cells, cell: Cell) -> dict[Cell, str]:
        others = among(original, cells, cell)
        other = rnd.choice(others) if others else None
        return {cell: original[other][0], other: original[cell][0]} if other else {}

    return make


def _copied_row(rnd, original: Figures, cells, cell: Cell) -> dict[Cell, str]:
    others = same_column(original, cells, cell)
    return {cell: original[rnd.choice(others)][0]} if others else {}


def _copied_year(rnd, original: Figures, cells, cell: Cell) -> dict[Cell, str]:
    before = (*cell[:2], cell[2] - 1)
    return {cell: original[before][0]} if before in original else {}


KINDS = {
    "×10": _times("10"),
    "×100": _times("100"),
    "÷10": _times("0.1"),
    "two digits exchanged": _keyed(_exchanged_digits),
    "a digit missing": _keyed(lambda rnd, text, i: text[:i] + text[i + 1 :]),
    "a digit doubled": _keyed(lambda rnd, text, i: text[:i] + text[i] + text[i:]),
    "a digit misread": _keyed(lambda rnd, text, i: text[:i] + rnd.choice("123456789") + text[i + 1 :]),
    "a look-alike digit": _keyed(_look_alike),
    "columns exchanged": _exchanged(same_row),
    "rows exchanged": _exchanged(same_column),
    "last year's figure": _copied_year,
    "another city's figure": _copied_row,
    "+30 %": _times("1.3"),
    "+15 %": _times("1.15"),
}


def table(found: dict) -> Iterator[str]:
    """Markdown lines."""
    bends = found["bends"]
    yield "## Annual figures: the sample bent"
    yield ""
    yield (
        f"The cities' own figures, {PER_KIND} cells of each kind bent (an exchange bends two), {bends[0]['lists']} lists a row, through `zhunsheng findings --figures`. "
        "The panel's own errors stay in the lists and compete. Rules and bends were written by one hand: an upper bound."
    )
    yield ""
    yield f"| seeds | bent cells | places in the first {TOPS[0]} | " + " | ".join(f"in the first {top}" for top in TOPS) + " |"
    yield "|---" * (3 + len(TOPS)) + "|"
    for row in bends:
        yield f"| {row['seeds']} | {row['bent']} | {TOPS[0] * row['lists']} | " + " | ".join(str(row["found"].get(top, 0)) for top in TOPS) + " |"
    yield ""
    yield f"| bent how, found in the first {TOPS[-1]} | " + " | ".join(row["seeds"] for row in bends) + " |"
    yield "|---" * (1 + len(bends)) + "|"
    for kind in KINDS:
        yield f"| {kind} | " + " | ".join("{} of {}".format(*row["kinds"][kind]) for row in bends) + " |"
    yield ""
    yield f"**Parts of the panel.** Of the first {TOP} cells of the whole, unbent panel, those that a part holds: how many stand as high in the part's own list?"
    yield ""
    yield "| part | cells | as high | within twice as many |"
    yield "|---|---|---|---|"
    for part in found["parts"]:
        yield "| " + " | ".join(map(str, part)) + " |"
