"""Builds the sample returns of sources/sample/returns and their receipts from the transcribed yearbook figures.

For maintainers: users of the project never run it, the returns it writes are kept in the repository. It belongs here
because it only copies: it lays printed figures out as agencies' workbooks and writes the schemes and targets that are
hand-kept in sources/sample/plan. Forms, providers and registers are hand-kept too and are only read.

Standing decisions: a figure is written with the digits that were printed (numbers where the edition stored numbers, text
where it stored text, data year 2023); nothing is corrected, blanks stay blank; the same input gives the same bytes, so
dates come from the period and never from the clock.

    python tools/build_sample.py FOLDER_OF_TRANSCRIBED_FIGURES [--out FOLDER]

FOLDER holds figures.csv and missing.csv (columns: region_code, region_zh, year, indicator, scope, value, unit).
"""

from __future__ import annotations

import argparse
import csv
import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import xlsxwriter
import yaml

SOURCES = Path(__file__).resolve().parent.parent / "sources"
SAMPLE = SOURCES / "sample"
YEARS = range(2018, 2024)
PROVINCES = {"440000": ("广东省", "Guangdong"), "510000": ("四川省", "Sichuan")}
CSV_PROVIDERS = {"51-wjw", "44-rst"}            # these two send GB18030 text
XLS_RETURNS = {("51-jyt", 2018)}                # and this one the old binary format
FULL_WIDTH_PADDED, BLANK_PADDED = {"tjj", "czt"}, {"sthjt", "slt"}  # names padded as the yearbook pads them
TEXT_FROM = 2023                                # edition 2024 stores text, the earlier ones numbers


@dataclass(frozen=True)
class Sheet:
    """One sheet as rows of text: `kinds` names each row (title, ident, group, head, unit, data, note), `merges` its spans."""

    name: str
    rows: list[list]
    kinds: list[str]
    merges: list[tuple[int, int, int]]          # row, first column, last column
    width: int


# --- what is read ------------------------------------------------------------------------------------------------

def read_csv(path: Path) -> list[dict]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def read_forms() -> dict[str, dict]:
    forms = (yaml.safe_load(p.read_text(encoding="utf-8")) for p in sorted((SOURCES / "forms").glob("*.yml")))
    return {form["form"]: form for form in forms}


def read_providers() -> list[dict]:
    return yaml.safe_load((SOURCES / "providers.yml").read_text(encoding="utf-8"))


def read_figures(folder: Path) -> tuple[dict, dict, dict]:
    """Whole-city figures: {(code, year, indicator): text}, {(year, indicator): printed unit}, {code: name}."""
    values, units, names = {}, {}, {}
    for row in read_csv(folder / "figures.csv"):
        names[row["region_code"]] = row["region_zh"]
        if row["scope"] == "whole_city":
            values[row["region_code"], int(row["year"]), row["indicator"]] = row["value"]
            units[int(row["year"]), row["indicator"]] = row["unit"]
    return values, units, names


def in_force(rows: list[dict], year: int) -> list[dict]:
    return [row for row in rows if int(row["period_from"]) <= year <= int(row["period_to"])]


def is_owed(column: dict, year: int) -> bool:
    """`owed` is a list of years, or {from, to} where `to` may be null (open)."""
    owed = column["owed"]
    if isinstance(owed, list):
        return year in owed
    return owed["from"] <= year <= (owed["to"] or year)


# --- one return of figures ---------------------------------------------------------------------------------------

def identification(form: dict, provider: dict, year: int, width: int, paired: bool) -> list:
    labels = [("表号 Form:", form["number"]),
              ("填报单位 Provider:", f"{provider['provider']} {provider['name_zh']}"),
              ("报告期 Period:", year if paired else str(year))]
    cells = [cell for pair in labels for cell in pair] if paired else [" ".join(pair) for pair in labels]
    return cells + [""] * (width - len(cells))


def title(form: dict, provider: dict, year: int) -> str:
    province_zh, province_en = PROVINCES[provider["province"]]
    return f"{year}年{province_zh}{form['title_zh']}  {form['title_en']}, {province_en}, {year}"


def padded(name: str, provider_id: str) -> str:
    """The yearbook pads short names to four characters: full-width blanks inside, or ordinary blanks behind."""
    short = provider_id.split("-")[1]
    if short in FULL_WIDTH_PADDED and len(name) == 3:
        return "　".join(name)
    return name + "  " if short in BLANK_PADDED else name


def as_stored(text: str | None, year: int):
    """The printed figure in the type its edition stored it in; None for a blank."""
    if text is None or year >= TEXT_FROM:
        return text
    return float(text) if "." in text else int(text)


def change_notes(layout: list[dict], units: dict, indicators: list[str], year: int) -> list[str]:
    """What changed in the print since the year before: the wording of a column, or its unit."""
    now, before = ({r["indicator"]: r["header_zh"] for r in in_force(layout, y)} for y in (year, year - 1))
    notes = []
    for indicator in indicators:
        if indicator in before and before[indicator] != now[indicator]:
            notes.append(f"“{now[indicator]}”上年栏名为“{before[indicator]}”。")
        units_of = [units.get((y, indicator)) for y in (year - 1, year)]
        if all(units_of) and units_of[0] != units_of[1]:
            notes.append(f"“{now[indicator]}”计量单位由“{units_of[0]}”改为“{units_of[1]}”。")
        if units_of[1] == "":
            notes.append(f"“{now[indicator]}”年鉴本版未印计量单位。")
    return notes


def note_rows(layout: list[dict], units: dict, indicators: list[str], year: int) -> list[str]:
    fixed = ["统计范围为全市；空格为年鉴空缺，不是零。",
             f"数据取自国家统计局《中国城市统计年鉴》{year + 1}年版第二部分，按原样照录；本表为示例，不是所列单位的正式报送。"]
    notes = [f"注{n}：{text}" for n, text in enumerate(change_notes(layout, units, indicators, year) + fixed, 1)]
    english = (f"Note: whole city; a blank is a gap of the yearbook, not a zero. China City Statistical Yearbook, edition "
               f"{year + 1}, part 2, copied as printed; an illustration, no act of the office named.")
    return notes + [english]


def spans(row_no: int, labels: list[str]) -> list[tuple[int, int, int]]:
    """Runs of the same group heading, as spans to merge."""
    found, start = [], 2
    for col in range(3, len(labels) + 1):
        if col == len(labels) or labels[col] != labels[start]:
            if labels[start] and col - start > 1:
                found.append((row_no, start, col - 1))
            start = col
    return found


def header_rows(columns: list[dict], units: dict, year: int) -> list[tuple[str, list]]:
    groups = ["", ""] + [f"{c['group_zh']} {c['group_en']}".strip() for c in columns]
    rows = [("group", groups)] if any(groups) else []
    rows.append(("head", ["行政区划代码", "地区"] + [c["header_zh"] for c in columns]))
    rows.append(("head", ["Unit code", "Unit name"] + [c["header_en"] for c in columns]))
    rows.append(("unit", ["计量单位 Unit", ""] + [units[year, c["indicator"]] for c in columns]))
    return rows


def data_rows(provider: dict, columns: list[dict], values: dict, names: dict, year: int) -> list[tuple[str, list]]:
    codes = sorted(code for code in names if code[:2] == provider["province"][:2])
    return [("data", [code, padded(names[code], provider["provider"])]
             + [as_stored(values.get((code, year, c["indicator"])), year) for c in columns]) for code in codes]


def figures_sheet(form: dict, provider: dict, year: int, layout: list[dict], figures: tuple) -> Sheet | None:
    """The return of one provider and year, or None where it owes nothing that year."""
    values, units, names = figures
    printed = {row["indicator"]: row for row in in_force(layout, year)}
    columns = [printed[c["indicator"]] for c in form["columns"] if is_owed(c, year)]
    if not columns:
        return None
    width = len(columns) + 2
    paired = provider["provider"].startswith("51") and width >= 6
    body = [("title", [title(form, provider, year)]), ("ident", identification(form, provider, year, width, paired))]
    body += header_rows(columns, units, year) + data_rows(provider, columns, values, names, year)
    first_note = len(body)
    body += [("note", [text]) for text in note_rows(layout, units, [c["indicator"] for c in columns], year)]
    merges = [(row, 0, width - 1) for row in (0, *range(first_note, len(body)))]
    merges += [span for row, (kind, cells) in enumerate(body) if kind == "group" for span in spans(row, cells)]
    return Sheet(form["sheet"], [cells for _, cells in body], [kind for kind, _ in body], merges, width)


# --- schemes and targets -----------------------------------------------------------------------------------------

def table_sheet(form: dict, table: dict, provider: dict, year: int, rows: list[dict]) -> Sheet:
    columns = [c for c in table["columns"] if not rows or c["name"] in rows[0]]  # what the plan does not give is optional
    width = max(3, len(columns))
    body = [("title", [title(form, provider, year)]), ("ident", identification(form, provider, year, width, False)),
            ("head", [c["header_zh"][0] for c in columns]), ("head", [c["header_en"][0] for c in columns])]
    body += [("data", [typed(row[c["name"]], c["type"]) for c in columns]) for row in rows]
    return Sheet(table["sheet"], [cells for _, cells in body], [kind for kind, _ in body], [(0, 0, width - 1)], width)


def typed(text: str, kind: str):
    if text == "":
        return None
    if kind == "integer":
        return int(text)
    return (float(text) if "." in text else int(text)) if kind == "decimal" else text


def plan(name: str) -> list[dict]:
    return read_csv(SAMPLE / "plan" / f"{name}.csv")


def classes_of(province: str) -> list[dict]:
    return [row for row in plan("classes") if row["unit_code"][:2] == province[:2]]


def scheme_tables(province: str, year: int) -> dict[str, list[dict]]:
    """The five tables of a province's scheme for a year, from the hand-kept plan."""
    head = next(row for row in plan("schemes") if row["province_code"] == province)
    head = head | {"scheme_id": f"{head['prefix']}-{year}", "title_zh": head["title_zh"].format(period=year)}
    classes = classes_of(province)
    weights = [{"class_id": name, "indicator": row["indicator"], "weight": row[name]}
               for name in dict.fromkeys(row["class_id"] for row in classes) for row in in_force(plan("weights"), year)]
    return {"scheme": [head], "scheme_classes": classes, "scheme_indicators": in_force(plan("indicators"), year),
            "scheme_weights": weights, "scheme_bands": plan("bands")}


def targets_table(province: str, year: int) -> dict[str, list[dict]]:
    """One row per city and indicator; a row that names the city goes before the row for all (*)."""
    targets = {(row["indicator"], row["unit_code"]): row for row in in_force(plan("targets"), year)}
    indicators = list(dict.fromkeys(indicator for indicator, _ in targets))
    return {"targets": [targets.get((i, unit["unit_code"]), targets[i, "*"]) | unit
                        for unit in classes_of(province) for i in indicators]}


def table_sheets(form: dict, provider: dict, year: int) -> list[Sheet]:
    tables = (scheme_tables if form["form"] == "scheme" else targets_table)(provider["province"], year)
    return [table_sheet(form, table, provider, year, tables[table["table"]]) for table in form["tables"] if table["table"] in tables]


# --- how a return is written -------------------------------------------------------------------------------------

LOOKS = {"title": {"bold": True, "font_size": 14, "align": "center", "valign": "vcenter", "text_wrap": True},
         "ident": {"font_size": 10, "valign": "vcenter", "text_wrap": True},
         "group": {"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1},
         "head": {"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1},
         "unit": {"align": "center", "border": 1, "font_size": 10},
         "data": {"border": 1, "valign": "vcenter", "text_wrap": True},
         "note": {"font_size": 9, "text_wrap": True, "valign": "top"}}
HEIGHTS = {"title": 42, "ident": 42, "group": 60, "head": 46, "unit": 18, "note": 28}
WIDE, NARROW = 44, 22                             # of columns, in figures


def write_xlsx(path: Path, sheets: list[Sheet], created: datetime) -> None:
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"created": created})
    looks = {kind: book.add_format({"font_name": "宋体", "font_size": 11} | look) for kind, look in LOOKS.items()}
    for sheet in sheets:
        write_sheet(book.add_worksheet(sheet.name), sheet, looks)
    book.close()


def write_sheet(page, sheet: Sheet, looks: dict) -> None:
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_default_row(18)
    for col, width in enumerate(widths(sheet)):
        page.set_column(col, col, width)
    for row, (kind, cells) in enumerate(zip(sheet.kinds, sheet.rows)):
        page.set_row(row, height(kind, cells))
        for col, value in enumerate(cells):
            write_cell(page, row, col, value, looks[kind])
    for row, first, last in sheet.merges:
        page.merge_range(row, first, row, last, sheet.rows[row][first], looks[sheet.kinds[row]])
    page.freeze_panes(max(i for i, kind in enumerate(sheet.kinds) if kind in ("head", "unit")) + 1, 2)


def ink(cell) -> int:
    """How many figures wide a cell prints: a Chinese character takes two."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in str(cell or ""))


def widths(sheet: Sheet) -> list[int]:
    cells = [cells for kind, cells in zip(sheet.kinds, sheet.rows) if kind == "data"]
    longest = [max((ink(row[col]) for row in cells if col < len(row)), default=0) for col in range(sheet.width)]
    return [WIDE if n > NARROW else NARROW for n in longest]


def height(kind: str, cells: list) -> int:
    """Points; a data row grows with the lines of its longest text."""
    lines = max(-(-ink(cell) // (WIDE - 2)) for cell in cells)
    return max(18, 15 * lines) if kind == "data" else HEIGHTS[kind]


def write_cell(page, row: int, col: int, value, look) -> None:
    if value in (None, ""):
        page.write_blank(row, col, None, look)
    elif isinstance(value, str):
        page.write_string(row, col, value, look)
    else:
        page.write_number(row, col, value, look)


def xls_looks(easyxf) -> dict:
    font, box = "font: name 宋体", "borders: left thin, right thin, top thin, bottom thin"
    plain = easyxf(f"{font}; align: wrap on, vert centre")
    boxed = easyxf(f"{font}; align: wrap on, vert centre; {box}")
    heading = easyxf(f"{font}, bold on; align: wrap on, vert centre, horiz centre; {box}")
    big = easyxf(f"{font}, bold on, height 280; align: wrap on, vert centre, horiz centre")
    return {"title": big, "ident": plain, "note": plain, "group": heading, "head": heading, "unit": heading, "data": boxed}


def write_xls(path: Path, sheet: Sheet) -> None:
    import xlwt  # the old binary format is needed by this one return only

    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet(sheet.name)
    looks = xls_looks(xlwt.easyxf)
    merged = {(row, first): last for row, first, last in sheet.merges}
    for row, (kind, cells) in enumerate(zip(sheet.kinds, sheet.rows)):
        page.row(row).height_mismatch, page.row(row).height = True, height(kind, cells) * 20
        for col, value in enumerate(cells):
            if (row, col) in merged:
                page.write_merge(row, row, col, merged[row, col], value, looks[kind])
            elif not any(first < col <= last for r, first, last in sheet.merges if r == row):
                page.write(row, col, value, looks[kind])   # None writes a blank cell
    for col in range(sheet.width):
        page.col(col).width = NARROW * 256
    book.save(str(path))


def write_csv(path: Path, sheet: Sheet) -> None:
    """GB18030 with CRLF, as an office programme of the country exports it; a number as printed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for cells in sheet.rows:
        writer.writerow(["" if cell is None else cell for cell in cells] + [""] * (sheet.width - len(cells)))
    path.write_bytes(text.getvalue().encode("gb18030"))


def file_name(form: dict, provider: dict, year: int) -> str:
    province, _ = PROVINCES[provider["province"]]
    if provider["provider"].startswith("44"):
        return f"{province}{year}年{form['title_zh']}"
    return f"{form['number']} {form['title_zh']}（{provider['name_zh']}{year}年度）"


def write_return(folder: Path, form: dict, provider: dict, year: int, sheets: list[Sheet]) -> Path:
    """Writes one return in the format its provider sends and gives back its path."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / file_name(form, provider, year)
    if (provider["provider"], year) in XLS_RETURNS:
        path = stem.with_name(stem.name + ".xls")
        write_xls(path, sheets[0])
    elif provider["provider"] in CSV_PROVIDERS:
        path = stem.with_name(stem.name + ".csv")
        write_csv(path, sheets[0])
    else:
        path = stem.with_name(stem.name + ".xlsx")
        write_xlsx(path, sheets, datetime.fromisoformat(received_at(form, year)))
    return path


def received_at(form: dict, year: int) -> str:
    """The publication gives no hand-in dates: one neutral instant for all, before the due date."""
    return f"{year}-03-01T09:00:00" if form["kind"] == "tables" else f"{year + 1}-10-30T09:00:00"


def build(figures_folder: Path, out: Path) -> None:
    """Writes every return under out/returns and out/receipts.csv."""
    forms, figures, layout = read_forms(), read_figures(figures_folder), read_csv(SAMPLE / "layout.csv")
    receipts = []
    for provider in read_providers():
        for form, year in ((forms[f], y) for f in provider["forms"] for y in YEARS):
            sheets = (table_sheets(form, provider, year) if form["kind"] == "tables"
                      else [figures_sheet(form, provider, year, layout, figures)])
            if sheets and sheets[0] is not None:
                path = write_return(out / "returns" / provider["provider"], form, provider, year, sheets)
                receipts.append((path.relative_to(out / "returns").as_posix(), received_at(form, year)))
    with (out / "receipts.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(("file", "received_at"))
        writer.writerows(sorted(receipts))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("figures", type=Path, help="folder of the transcribed figures (figures.csv)")
    parser.add_argument("--out", type=Path, default=SAMPLE, help="where returns/ and receipts.csv go")
    args = parser.parse_args()
    build(args.figures, args.out)


if __name__ == "__main__":
    main()
