"""`make bench-hostile`: corrections, deletions, reorderings and hostile values of the sample's returns, fed through nights of the sample.

Every night has to end with an edition. A night that a submission broke (held back by the night itself, exit code 3) is counted and named: it is a
hole of the models to be mended, even though everybody else got an edition.

    python -m benchmarks.hostile [--returns N] [--a-night N] [--seed N]
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import random
import resource
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from sources.declare import declarations as declaring
from sources.declare.declarations import Form
from sources.findings import Findings
from sources.landing.landing import Arrival, Landing
from sources.reading.reading import read_return, sheets_of
from sources.reading.returns import Return
from sources.template.template import write
from warehouse import editions
from warehouse.settings import PROJECT, Settings
from zhunsheng import run

SAMPLE = PROJECT / "sources" / "sample" / "returns"
UNITS = ("亿元", "万元", "元", "千元", "％", "%", "‰", "百万元", "毫克/立方米", "亿立方米", "", "万万元", "亿元" * 500, "' or 1=1 --", "{unit}", "%s", "NaN", "亿\n元", "\u202e元亿", "0")
TEXTS = ("", " ", "-", "—", "…", "nan", "NaN", "inf", "-inf", "Infinity", "1e400", "1E+30", "1e-30", "0x10", "-0", "-0.0", "0." + "0" * 40 + "1", "." , "1.", ".5", "+-1", "--1",
         "1,234,567,890,123,456,789,012", "1,23", "1.234,5", "１２３４５６７８９０１２３４５６７８９０", "٣٤٥", "一百二十", "约12", "12%", "1/3", "(123.4)", "▲5", "TRUE", "#DIV/0!", "#N/A", "=1+1", "不涉及",
         "无发生", "无发生：" + "长" * 30_000, "9" * 5_000, "0" * 400 + "7", "'; drop table raw.cell; --", "<script>alert(1)</script>", "{0}{seen}", "%(x)s%s", "😀" * 300, "\u202e123", "\ufeff12", "12\u00a0", "\u200b12",
         "2023", "2019-02-30", "0000-00-00", "9999-12-31", "99999-01-01", "2024-13-45", "1900-02-29", "2147483648", "-2147483649", "9223372036854775808", "170141183460469231731687303715884105728")


@dataclass(frozen=True)
class Attack:
    """One return to be sent: what was done to which file is recognised by `name`."""

    provider: str
    name: str
    content: bytes


def number(rng: random.Random) -> str:
    """A number of 1 to 40 digits, anywhere a point, any sign."""
    digits = "".join(rng.choice("0123456789") for _ in range(rng.randint(1, 40)))
    point = rng.randint(1, len(digits)) if rng.random() < 0.4 else len(digits)
    return rng.choice(("", "", "", "-", "+")) + digits[:point] + (f".{digits[point:]}" if digits[point:] else "")


def hostile(rng: random.Random) -> str:
    return number(rng) if rng.random() < 0.6 else rng.choice(TEXTS)


class Attacks:
    """Returns made from the given sample files, by a seed."""

    def __init__(self, files: list[Path], seed: int) -> None:
        self._declarations = declaring.load(PROJECT)
        self._files, self._rng, self._count = files, random.Random(seed), 0

    def __iter__(self) -> Iterator[Attack]:
        while True:
            made = self._of_a_file(self._rng.choice(self._files)) if self._rng.random() < 0.85 else self._of_an_office()
            if made:
                yield made

    def every_measure(self, file: Path, digits: int) -> Attack:
        """A return of a sample file with a number of so many digits in each of its columns, in turn over the rows, and any unit of measure above."""
        data, read, grids = self._grids(file)
        for block in read.blocks:
            grid = grids[block.sheet]
            for n, column in enumerate(block.columns):
                for row_no in block.row_nos[n % 3::3]:
                    grid[row_no - 1][column.col_no - 1] = str(self._rng.randint(1, 9)) + "".join(self._rng.choice("0123456789") for _ in range(digits - 1))
        return self._named(file, f"{digits} digits", grids)

    def _of_a_file(self, file: Path) -> Attack | None:
        _, read, grids = self._grids(file)
        if not read.blocks:
            return None
        block = self._rng.choice(read.blocks)
        grid = grids[block.sheet]
        done = [self._rng.choice(WAYS)(self._rng, grid, block, read) for _ in range(self._rng.randint(1, 3))]
        return self._named(file, ", ".join(done), grids)

    def _named(self, file: Path, done: str, grids: dict[str, list[list]]) -> Attack:
        self._count += 1
        return Attack(file.parent.name, f"{self._count:05d} {file.stem} ({done}).xlsx", workbook(grids))

    def _grids(self, file: Path) -> tuple[bytes, Return, dict[str, list[list]]]:
        data = file.read_bytes()
        read = read_return(data, file.name, self._declarations, file.parent.name)
        _, sheets = sheets_of(data, Findings())
        grids = {sheet.name: [sheet.row_texts(r) for r in range(1, len(sheet.rows) + 1)] for sheet in sheets}
        for grid in grids.values():
            width = max(map(len, grid), default=0)
            for row in grid:
                row.extend([None] * (width - len(row)))
        return data, read, grids

    def _of_an_office(self) -> Attack:
        """Lines of a table form, each field by chance as it should be or hostile."""
        form = self._declarations.forms[self._rng.choice(("events", "visits", "rulings", "targets", "scheme", "nil_return"))]
        provider = self._rng.choice([p for p in self._declarations.providers.values() if form.form_id in p.forms or form.open_to_all])
        lines = [self._line(form) for _ in range(self._rng.randint(1, 6))]
        self._count += 1
        content = write(self._declarations, provider.provider_id, form.form_id, self._rng.choice((2018, 2019)), lines=lines)
        return Attack(provider.provider_id, f"{self._count:05d} {form.title_zh}.xlsx", content)

    def _line(self, form: Form) -> dict[str, str]:
        line = {}
        for column in form.tables[0].columns:
            good = {"unit_code": "510100", "indicator": "fiscal_revenue", "measure_text": self._rng.choice(UNITS), "event_code": "INNO", "rule_code": "RG01", "unit_name": "成都市"}
            kinds = {"integer": "1", "decimal": "12.5", "date": "2024-02-01", "choice": self._rng.choice(column.choices or ("",))}
            line[column.field] = hostile(self._rng)[:30_000] if self._rng.random() < 0.3 else good.get(column.field) or kinds.get(column.type, "某文")
        return line


# -- what is done to a sheet; each returns what it did

def _value(rng, grid, block, read) -> str:
    column = rng.choice(block.columns)
    for row_no in rng.sample(block.row_nos, rng.randint(1, min(5, len(block.row_nos)))):
        grid[row_no - 1][column.col_no - 1] = hostile(rng)
    return f"values in {column.field}"


def _key(rng, grid, block, read) -> str:
    row_no = rng.choice(block.row_nos)
    grid[row_no - 1][rng.choice((0, 1)) % len(grid[row_no - 1])] = hostile(rng)[:200]
    return "a key"


def _drop_row(rng, grid, block, read) -> str:
    for row_no in rng.sample(block.row_nos, rng.randint(1, min(3, len(block.row_nos)))):
        grid[row_no - 1] = [None] * len(grid[row_no - 1])
    return "rows gone"


def _drop_values(rng, grid, block, read) -> str:
    column = rng.choice(block.columns)
    for row_no in rng.sample(block.row_nos, rng.randint(1, len(block.row_nos))):
        grid[row_no - 1][column.col_no - 1] = None
    return f"blanks in {column.field}"


def _double_row(rng, grid, block, read) -> str:
    grid.append(list(grid[rng.choice(block.row_nos) - 1]))
    return "a row doubled"


def _shuffle_rows(rng, grid, block, read) -> str:
    moved = [grid[row_no - 1] for row_no in block.row_nos]
    rng.shuffle(moved)
    for row_no, row in zip(block.row_nos, moved):
        grid[row_no - 1] = row
    return "rows in another order"


def _swap_columns(rng, grid, block, read) -> str:
    a, b = rng.choice(block.columns).col_no - 1, rng.choice(block.columns).col_no - 1
    for row in grid:
        row[a], row[b] = row[b], row[a]
    return "columns swapped"


def _unit(rng, grid, block, read) -> str:
    row_no = block.row_nos[0] - 1 if block.row_nos else 1
    grid[row_no - 1][rng.choice(block.columns).col_no - 1] = rng.choice(UNITS)
    return "a unit of measure"


def _factor(rng, grid, block, read) -> str:
    column, factor = rng.choice(block.columns), 10 ** rng.randint(1, 16)
    for row_no in block.row_nos:
        text = str(grid[row_no - 1][column.col_no - 1] or "")
        grid[row_no - 1][column.col_no - 1] = f"{float(text) * factor:.0f}" if text.replace(".", "", 1).isdigit() else text
    return f"{column.field} times {factor:.0e}"


def _head(rng, grid, block, read) -> str:
    row = grid[rng.randrange(min(3, len(grid)))]
    row[rng.randrange(len(row))] = hostile(rng)[:200]
    return "the head"


WAYS = (_value, _value, _value, _value, _key, _drop_row, _drop_row, _drop_values, _double_row, _shuffle_rows, _swap_columns, _unit, _unit, _factor, _head)


def workbook(grids: dict[str, list[list]]) -> bytes:
    """A workbook of texts; what a spreadsheet program would store as a number is one, by chance of its form."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    for name, grid in grids.items():
        sheet = book.add_worksheet(name)
        for r, row in enumerate(grid):
            for c, text in enumerate(row):
                if text is not None:
                    sheet.write_string(r, c, str(text)[:32_000])
    book.close()
    return target.getvalue()


def sample_files() -> list[Path]:
    return sorted(path for path in SAMPLE.glob("*/*") if path.suffix in (".xlsx", ".xls", ".csv"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--returns", type=int, default=500)
    parser.add_argument("--a-night", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zhunsheng-bench-") as folder:
        settings = Settings(home=Path(folder) / "home").make()
        _night(settings, "the sample")
        attacks, nights, holes = iter(Attacks(sample_files(), given.seed)), 0, 0
        for start in range(0, given.returns, given.a_night):
            _land(settings, [next(attacks) for _ in range(min(given.a_night, given.returns - start))], start)
            holes += _night(settings, f"{start + 1}-{min(start + given.a_night, given.returns)}")
            nights += 1
        print(f"{given.returns} returns in {nights} nights: {nights} editions, {holes} nights with a submission held back")


def _land(settings: Settings, attacks: list[Attack], start: int) -> None:
    """Keep the returns in the landing, as a channel would."""
    first = dt.datetime(2025, 1, 1)
    Landing(settings.landing).land([Arrival(a.provider, a.name[:200], "hostile", first + dt.timedelta(minutes=start + n), lambda a=a: io.BytesIO(a.content)) for n, a in enumerate(attacks)])


def _night(settings: Settings, label: str) -> bool:
    """Run a night. Returns whether something had to be held back. Raises AssertionError where no new edition came of it."""
    before, started = editions.current(settings), resource.getrusage(resource.RUSAGE_SELF).ru_utime
    code = run.nightly(settings, quiet=True)
    after = editions.current(settings)
    print(f"{label:>12}  exit {code}  edition {after}  {resource.getrusage(resource.RUSAGE_SELF).ru_utime - started:6.1f} CPU s", flush=True)
    assert after not in (None, before), f"no edition after {label}"
    return code != 0


if __name__ == "__main__":
    main()
