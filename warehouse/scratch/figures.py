"""A file of figures as people write them, read into a scratch warehouse.

Belongs here: its columns, its encoding, and saying with the line what cannot be used and how it is mended. Does not belong here: scoring it
(scoring.py), testing it by rules (suspecting.py).
"""

from __future__ import annotations

import csv
import re
import tempfile
from pathlib import Path

import duckdb

from sources.declare.declarations import UNIT_CODE, UNIT_HEADERS, UNIT_NAME
from sources.findings import Findings, Unreadable
from sources.formats.delimited import decode
from sources.reading.numbers import FIGURES_BELOW
from sources.text import excerpt, header_key

NOT_APPLICABLE = ("N/A", "n/a", "不涉及", "不适用")  # as staging reads them (stg_figures)
MISSING_WORDS = ("", "NA", "NULL", "null", "None", "none", ".", "..")  # not nan and -: whether a figure is missing there, or was lost, is for its sender to say
# What a file of figures may call its columns, beside what returns call theirs; `unit` alone may be the unit of measure.
_UNIT = {field: tuple(head for head, of in UNIT_HEADERS.items() if of == field and head != "unit") for field in (UNIT_CODE, UNIT_NAME)}
COLUMNS = {"unit_code": (*_UNIT[UNIT_CODE], "unit"), "unit_name": (*_UNIT[UNIT_NAME], "行政区划"), "indicator": ("indicator_code", "指标代码", "指标"),
           "period": ("year", "年份", "年度"), "value": ("数值",), "class_id": (), "unit": ("计量单位",), "province_code": ("省份代码",)}  # fmt: skip
# How a figure is mistyped, and the mend: the first that fits is shown.
MENDS = (
    (r"(?i)[+-]?(nan|inf|infinity)", "无数据的请留空，程序没有算出的请查明原因", "leave it blank where there is no figure, and find out why it was not computed"),
    (r"[0-9.,+-]*[０-９．，－＋][０-９．，－＋0-9.,+-]*", "请用半角数字和半角小数点", "use plain digits and a plain point"),
    (r"[+-]?[0-9]{1,3}(,[0-9]{3})+([.][0-9]*)?", "请去掉千位分隔符；逗号是小数点的，请改用“.”", "leave out the commas between thousands; a comma for decimals is written as a point"),
    (r"[+-]?[0-9]+,[0-9]+", "小数点请用“.”", "use a point for decimals"),
    (r"[+-]?[0-9.,]+ *[%％‰]", "请去掉百分号，按指标的单位填写", "leave out the percent sign and write the number in the unit of the indicator"),
    (r"[-–—/]+", "无数据的请留空，不涉及的写“不适用”", "leave it blank where there is no figure, write N/A where it does not apply"),
    (r".*[0-9].*", "请只写数字，不带单位和文字", "write the number alone, without units or words"),
    (r".*", "请填写数值，无数据的请留空", "write a number, or leave it blank where there is none"),
)


class FiguresError(ValueError):
    """A file of figures that cannot be used. The message names the line."""


def read_figures(con: duckdb.DuckDBPyConnection, path: Path, strict: bool = True) -> None:
    """Table `periods` (period as written, period_no), and for this connection alone `figures_sent` (the columns of COLUMNS as written, with
    their line) and `figures` (the same with the period's number and `value_text`, in digits without exponent).

    UTF-8, UTF-16 or GB18030. Blank lines are passed over. A text in place of a number, and a cell that stands twice, raise FiguresError;
    unless `strict` they stay as they are, for rules to tell.
    """
    with tempfile.TemporaryDirectory(prefix="zhunsheng-figures-") as folder:
        plain = Path(folder) / "figures.csv"
        plain.write_text(_decoded(path), "utf-8", newline="")
        _read_sent(con, path.name, plain)
    if strict:
        _refuse(con, path.name)
    con.execute("""create table periods as select period, coalesce(try_cast(period as integer), 0) as as_number from figures_sent group by period""")
    plain = con.execute("select count(*) = count(distinct as_number) and count(*) = count(try_cast(period as integer)) and min(as_number) > 0 and max(as_number) < 9999 from periods").fetchall()[0][0]
    number = "as_number" if plain else "cast(row_number() over (order by try_cast(period as double), period) as integer)"
    con.execute(f"create or replace table periods as select period, {number} as period_no from periods")
    # digits as a person writes them: staging reads no exponents
    con.execute("""create temp view figures as select f.* replace (p.period_no as period),
        case when regexp_full_match(f.value, '[+-]?[0-9]+([.][0-9]+)?') or try_cast(f.value as double) is null then f.value
          else coalesce(cast(try_cast(f.value as decimal(38, 18)) as varchar), '') end as value_text
        from figures_sent as f inner join periods as p on p.period = f.period""")


def _read_sent(con: duckdb.DuckDBPyConnection, name: str, plain: Path) -> None:
    """Table `figures_sent` from the file in UTF-8. Columns that it lacks are null, all years one period. Raises FiguresError."""
    described = _from_csv(con, name, plain, "describe from read_csv(?, all_varchar = true, header = true)").fetchall()
    sent = {header_key(c[0].lstrip("\ufeff")): c[0] for c in described}
    found = {column: next((sent[head] for head in (column, *others) if head in sent), None) for column, others in COLUMNS.items()}
    lacking = [column for column in ("unit_code", "indicator", "value") if not found[column]]
    if lacking:
        raise FiguresError(_uneven(name, plain) or f"{name}:1: 缺少列 {'、'.join(lacking)}，表头应为 unit_code, indicator, period, value / missing columns {', '.join(lacking)} (expected unit_code, indicator, period, value)")
    if found["unit"] == found["unit_code"]:
        found["unit"] = None  # the column `unit` names the units assessed, not the unit of measure
    text = {column: f'trim("{head}")' if head else "cast(null as varchar)" for column, head in found.items()} | ({} if found["period"] else {"period": "'0'"})
    missing = ", ".join(f"'{word}'" for word in MISSING_WORDS)
    _from_csv(con, name, plain, f"""create temp table figures_sent as select * replace (case when value in ({missing}) then '' else value end as value)
        from (select row_number() over () + 1 as line, {", ".join(f"coalesce({text[c]}, '') as {c}" if c == "value" else f"{text[c]} as {c}" for c in text)}
          from read_csv(?, all_varchar = true, header = true))
        where coalesce(unit_code, '') <> '' or coalesce(indicator, '') <> '' or value <> ''""")


def _from_csv(con: duckdb.DuckDBPyConnection, name: str, plain: Path, sql: str) -> duckdb.DuckDBPyConnection:
    """Run SQL that reads the file. Raises FiguresError where it is no table."""
    try:
        return con.execute(sql, [str(plain)])
    except duckdb.Error as wrong:
        raise FiguresError(_uneven(name, plain) or f"{name}: 不是 CSV 表格 / no CSV table: {str(wrong).splitlines()[0]}") from wrong


def _uneven(name: str, plain: Path) -> str | None:
    """What is wrong with the first line that has more or fewer fields than the header, if there is one."""
    with plain.open(encoding="utf-8", newline="") as handle:
        lines = csv.reader(handle)
        header = next(lines, [])
        for line in lines:
            if line and len(line) != len(header):
                return (f"{name}:{lines.line_num}: 本行有 {len(line)} 个字段，表头有 {len(header)} 个：“{excerpt(','.join(line), 80)}”；数中不用逗号，含逗号的文字请加引号 / "
                        f"{len(line)} fields where the header has {len(header)}; no comma inside a number, and quotes around a text with commas")
    return None


def _refuse(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Raise FiguresError for the first line of `figures_sent` that cannot be scored."""
    if not con.execute("select count(*) from figures_sent").fetchall()[0][0]:
        raise FiguresError(f"{name}:1: 只有表头，没有数据 / a header and no figures")
    problems = {("缺少单位、指标或年度", "no unit, indicator or period"): "coalesce(unit_code, '') = '' or coalesce(indicator, '') = '' or coalesce(period, '') = ''",
                ("不是数", "not a number"): f"value <> '' and value not in {NOT_APPLICABLE} and not coalesce(isfinite(try_cast(value as double)), false)",
                ("数值过大，不能准确计算", "too large to be computed exactly"): f"value <> '' and value not in {NOT_APPLICABLE} and abs(try_cast(value as double)) >= {FIGURES_BELOW}"}
    for (zh, en), condition in problems.items():
        bad = con.execute(f"select line, unit_code, indicator, period, value from figures_sent where {condition} order by line limit 1").fetchall()
        if bad:
            raise FiguresError(_said(name, zh, en, *bad[0]))
    # as many different hashes as lines: no cell stands twice. A third of the cost of grouping by three texts, which is left for when it does.
    if con.execute("select count(distinct hash(unit_code, indicator, period)) = count(*) from figures_sent").fetchall()[0][0]:
        return
    doubled = con.execute("select max(line), unit_code, indicator, period from figures_sent group by unit_code, indicator, period having count(*) > 1 order by 1 limit 1").fetchall()
    if doubled:
        line, unit, indicator, period = doubled[0]
        raise FiguresError(f"{name}:{line}: 同一单位、指标、年度出现两次：{unit}，{indicator}，{period}；请只保留正确的一行 / the same unit, indicator and period stand twice; keep only the right line")


def _said(name: str, zh: str, en: str, line: int, unit: str, indicator: str, period: str, value: str) -> str:
    """One line's fault in words: where, what was read, and the mend of a mistyped number."""
    read = excerpt(value, 40)
    mend_zh, mend_en = next(((f"；{a}", f"; {b}") for pattern, a, b in MENDS if re.fullmatch(pattern, value)), ("", "")) if en == "not a number" else ("", "")
    return f"{name}:{line}: {zh}：“{read}”（单位 {unit}，指标 {indicator}，年度 {period}）{mend_zh} / {en}: {read} (unit {unit}, indicator {indicator}, period {period}){mend_en}"


def _decoded(path: Path) -> str:
    """The file's text: DuckDB reads UTF-8 alone. Raises FiguresError."""
    found = Findings()
    try:
        text = decode(path.read_bytes(), found)
    except Unreadable as wrong:
        raise FiguresError(f"{path.name}: {wrong.finding.message_zh} / {wrong.finding.message_en}") from wrong
    if bad := found.done():
        raise FiguresError(f"{path.name}:{bad[0].row_no}: {bad[0].message_zh} / {bad[0].message_en}")
    return text
