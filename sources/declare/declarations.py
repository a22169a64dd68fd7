"""Declarations of what may arrive: forms, providers, channels and registers, loaded from the project's data files.

A form is defined in `sources/forms/*.yml`, never in code: a new form, column or unit era is a line of data.
Typing of register columns is in `registers`; nothing is fetched here and no secret is resolved.
Standing decision: a mistake in a data file names the file, the line and the key, and stops the load; every mistake is named at once.
Checks across declarations are in `consistency`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from sources.declare import expecting, registers
from sources.declare.expecting import Own
from sources.declare.layouts import Layout, read_layouts
from sources.declare.yaml_lines import DeclarationError, Mapped, fault, load_yaml, short
from sources.text import header_key

FIGURES = "figures"
ANYONE = "anyone"
CELL_TYPES = ("code", "text", "integer", "decimal", "date", "choice")
CHANNEL_KINDS = ("files", "http_json", "sql")
UNIT_CODE, UNIT_NAME = "unit_code", "unit_name"


@dataclass(frozen=True)
class Era:
    """A run of years, both ends included; None is open."""

    start: int | None
    end: int | None

    def holds(self, period: int) -> bool:
        """Say whether the period lies in the era."""
        return (self.start is None or self.start <= period) and (self.end is None or period <= self.end)


@dataclass(frozen=True)
class UnitEra:
    """The unit printed over a column during an era."""

    era: Era
    unit: str


@dataclass(frozen=True)
class Column:
    """One declared column: `field` is the indicator (figures) or the column name (tables); `prefilled` is written for the reader of
    the sheet and asks for nothing. `reopens` are past periods whose accepted returns the office wants to be sent again with this column.
    `registered`: the row of registers/indicators.csv, where the form's own file registers the indicator.
    `figure`: the numbers of a table column are values of indicators, which may be larger than marks and weights (sources/reading/numbers.py)."""

    field: str
    header_zh: tuple[str, ...]
    header_en: tuple[str, ...]
    type: str = "decimal"
    required: bool = False
    key: bool = False
    choices: tuple[str, ...] = ()
    owed: tuple[Era, ...] = ()
    units: tuple[UnitEra, ...] = ()
    prefilled: bool = False
    figure: bool = False
    reopens: tuple[int, ...] = ()
    registered: Mapped | None = field(default=None, compare=False)
    place: str = field(default="?", compare=False)

    def owed_in(self, period: int) -> bool:
        """Say whether the column is owed for the period; a column without `owed` always is."""
        return not self.owed or any(era.holds(period) for era in self.owed)

    def unit_in(self, period: int) -> str | None:
        """Return the unit expected to be printed for the period, None where none is declared."""
        return next((u.unit for u in self.units if u.era.holds(period)), None)

    @cached_property
    def header_keys(self) -> frozenset[str]:
        """Every normalised header text that names this column: Chinese, English, or both in one cell."""
        zh = [header_key(h) for h in self.header_zh]
        en = [header_key(h) for h in self.header_en]
        both = [a + sep + b for a in zh for b in en for sep in ("", "/")]
        return frozenset(zh + en + both)


@dataclass(frozen=True)
class Table:
    """One table of a form: the single `figures` table, or a named table of kind tables, which may be `optional`.

    Of a sheet that arrives with lines already on it, only those count that hold something in column `only_where`.
    """

    name: str
    sheet: str
    columns: tuple[Column, ...]
    optional: bool = False
    only_where: str | None = None

    def column(self, field: str) -> Column:
        """Return the column of that field. Raises KeyError."""
        return next((c for c in self.columns if c.field == field), None) or _missing(field)

    @cached_property
    def field_by_header(self) -> dict[str, str]:
        """Normalised header text to field, the two row-key columns of a figures table included."""
        known = dict(UNIT_HEADERS) if self.name == FIGURES else {}
        for column in self.columns:
            known.update(dict.fromkeys(column.header_keys, column.field))
        return known


@dataclass(frozen=True)
class Duty:
    """A provider hands in a form, in an era. `ends`: nobody of the province takes the form over afterwards. `reopens` are past years in which
    the office wants another provider's accepted returns to give way."""

    provider_id: str
    form_id: str
    era: Era = Era(None, None)
    ends: bool = False
    reopens: tuple[int, ...] = ()
    place: str = field(default="?", compare=False)


@dataclass(frozen=True)
class Form:
    """One declared form; `kind` is `figures` or `tables`. A `whole` form is accepted or returned as one: any must-fix finding returns it.
    `open_to_all`: every provider may send it, nobody owes it. `owed_by` and `due`: who hands it in and when, as far as its own file says so
    (providers.yml and registers/calendar.csv may say it too)."""

    form_id: str
    number: str
    title_zh: str
    title_en: str
    kind: str
    tables: tuple[Table, ...]
    whole: bool = False
    open_to_all: bool = False
    is_owed: bool = False  # a table form that is owed each year says so
    expectations: tuple[Own, ...] = ()
    layouts: tuple[Layout, ...] = ()
    owed_by: tuple[Duty, ...] = ()
    due: Mapped | None = field(default=None, compare=False)
    place: str = field(default="?", compare=False)

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns of all tables."""
        return tuple(c for t in self.tables for c in t.columns)


@dataclass(frozen=True)
class Provider:
    """One registered provider; `province` is the GB/T 2260 code of its province."""

    provider_id: str
    name_zh: str
    name_en: str
    province: str
    role: str
    duties: tuple[Duty, ...]
    contact_zh: str
    place: str = "?"

    @property
    def forms(self) -> tuple[str, ...]:
        """Ids of the forms that the provider hands in, in any year."""
        return tuple(dict.fromkeys(duty.form_id for duty in self.duties))

    def owes(self, form_id: str, period: int) -> bool:
        """Say whether the provider hands in the form of that year."""
        return any(duty.form_id == form_id and duty.era.holds(period) for duty in self.duties)


@dataclass(frozen=True)
class Channel:
    """One declared channel; `options` are the keys of its kind, secrets still as `${NAME}`."""

    channel_id: str
    kind: str
    options: dict[str, Any]


@dataclass(frozen=True)
class Declarations:
    """All declarations, keyed by id; `root` is the project folder."""

    root: Path
    forms: dict[str, Form]
    providers: dict[str, Provider]
    channels: tuple[Channel, ...]
    registers: dict[str, registers.Register]

    @cached_property
    def form_by_number(self) -> dict[str, Form]:
        """Forms by normalised form number and id."""
        return {header_key(key): form for form in self.forms.values() for key in (form.number, form.form_id)}

    @cached_property
    def provider_by_name(self) -> dict[str, str]:
        """Provider ids by normalised id and names."""
        return {header_key(key): p.provider_id for p in self.providers.values() for key in (p.provider_id, p.name_zh, p.name_en) if key}

    @cached_property
    def figure_owner_by_header(self) -> dict[str, tuple[str, str]]:
        """Normalised header to (form_id, indicator) over all figures forms; the first form in order of id wins."""
        owners: dict[str, tuple[str, str]] = {}
        for form in self.forms.values():
            for column in form.columns if form.kind == FIGURES else ():
                for key in sorted(column.header_keys):
                    owners.setdefault(key, (form.form_id, column.field))
        return owners

    @cached_property
    def measures(self) -> frozenset[str]:
        """Normalised texts of all known measures (计量单位)."""
        register = self.registers.get("measures")
        declared = [u.unit for f in self.forms.values() for c in f.columns for u in c.units]
        known = [text for text in register.column("measure_text") if text] if register else []
        return frozenset(header_key(text) for text in known + declared)

    def channel(self, channel_id: str | None) -> Channel | None:
        """Return the declared channel of that id, None where there is none."""
        return next((c for c in self.channels if c.channel_id == channel_id), None)


UNIT_HEADERS = {header_key(text): field for field, texts in {
    UNIT_CODE: ("行政区划代码 Unit code", "行政区划代码", "区划代码", "地区代码", "单位代码", "Unit code"),
    UNIT_NAME: ("地区 Unit name", "地区", "地区名称", "市州", "城市", "市", "单位名称", "Unit name", "Unit"),
}.items() for text in texts}


def _missing(field: str) -> Column:
    raise KeyError(field)


def with_form(declared: Declarations, form: str) -> Declarations:
    """Return the declarations with one form only: a known id or number, or a YAML file, whose indicators need not be registered yet.

    Raises DeclarationError where there is no such form, or the file is wrong.
    """
    if Path(form).suffix in (".yml", ".yaml"):
        one = _form(_form_data(Path(form)), None, declared.root)
    elif (one := declared.form_by_number.get(header_key(form))) is None:
        raise fault(form, f"没有这个表式；现有：{'、'.join(declared.forms)}；也可给出一个 YAML 文件", f"no such form; there are {', '.join(declared.forms)}; or name a YAML file")
    return replace(declared, forms={one.form_id: one})


def load(project: Path, channels: Path | None = None, home: Path | None = None) -> Declarations:
    """Load every declaration under `project`/sources, channels from another file if one is given, and what a home has of its own:
    `home`/forms/*.yml and `home`/registers/*.csv, each in place of the project's file of that name or beside it.

    Raises DeclarationError: a line for each mistake, naming file, line and key.
    """
    declared, mistakes = load_all(project, channels, home)
    if mistakes:
        raise DeclarationError("\n".join(mistakes))
    return declared


def load_all(project: Path, channels: Path | None = None, home: Path | None = None) -> tuple[Declarations, list[str]]:
    """What can be loaded, and every mistake, in the order of the files."""
    from sources.declare import completing, consistency

    folder, mistakes = Path(project) / "sources", _Mistakes()
    loaded = {path.stem: register for path in files_of("registers/*.csv", folder, home) if (register := mistakes.of(registers.load, path))}
    files = files_of("forms/*.yml", folder, home)
    read = [data for path in files if (data := mistakes.of(_form_data, path))]
    known = frozenset(loaded["indicators"].column("indicator")) | _registered_in(read) if "indicators" in loaded else None
    forms = {form.form_id: form for data in read if (form := mistakes.of(_form, data, known, Path(project)))}
    names = forms.keys() | {path.stem for path in files}  # a form that did not load is not unknown
    providers = _entries(folder / "providers.yml", "providers", lambda item: _provider(item, names), lambda p: p.provider_id, mistakes)
    opened = _entries(channels or folder / "channels.yml", "channels", _channel, lambda c: c.channel_id, mistakes)
    declared = Declarations(Path(project), forms, {p.provider_id: p for p in providers}, tuple(opened), loaded)
    declared, contradictions = completing.complete(declared)
    return declared, [*mistakes.messages, *contradictions, *consistency.mistakes(declared, names)]


def files_of(pattern: str, project: Path, home: Path | None) -> list[Path]:
    """Return the files of a pattern below the project's folder, the home's own in place of those of the same name, in order of name."""
    found = {path.name: path for folder in (project, home) if folder for path in sorted(folder.glob(pattern))}
    return [found[name] for name in sorted(found)]


class _Mistakes:
    """Gathers what goes wrong, so that one mistake does not hide the next."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def of(self, make: Callable, *arguments: Any) -> Any:
        """Return what `make` returns, None where it raises a DeclarationError."""
        try:
            return make(*arguments)
        except DeclarationError as error:
            self.messages += str(error).splitlines()
            return None


def _entries(path: Path, key: str, make: Callable, id_of: Callable, mistakes: _Mistakes) -> list:
    made = [(item, one) for item in mistakes.of(_listed, path, key) or () if (one := mistakes.of(make, item))]
    seen: set[str] = set()
    for item, one in made:
        if id_of(one) in seen:
            mistakes.messages.append(str(item.error(f"{id_of(one)} 重复声明，请删去一处", f"{id_of(one)} is declared twice")))
        seen.add(id_of(one))
    return [one for _, one in made]


def _listed(path: Path, key: str) -> list[Mapped]:
    if not path.exists():
        return []
    loaded = load_yaml(path)
    items = loaded.get(key) if isinstance(loaded, Mapped) else loaded
    if not isinstance(items, list) or not all(isinstance(item, Mapped) for item in items):
        raise fault(f"{short(path)}:1", f"应为 {key} 的列表", f"expected a list of {key}")
    return items


def _form_data(path: Path) -> Mapped:
    data = load_yaml(path)
    if not isinstance(data, Mapped):
        raise fault(f"{short(path)}:1", "表式文件应为键值对", "a form is a mapping")
    return data


def _registered_in(forms: list[Mapped]) -> frozenset[str]:
    """Indicators that forms register themselves."""
    columns = (column for data in forms for column in data.get("columns") or () if isinstance(column, Mapped))
    return frozenset(str(column.get("indicator")) for column in columns if column.get("registered"))


def _form(data: Mapped, registered: frozenset[str] | None, project: Path | None = None) -> Form:
    kind = data.choice("kind", (FIGURES, "tables"))
    if kind == FIGURES:
        columns = tuple(_figure_column(item, registered) for item in data.need("columns", list))
        tables: tuple[Table, ...] = (Table(FIGURES, data.text("sheet"), columns),)
    else:
        tables = tuple(_table(item, project) for item in data.need("tables", list))
    form = Form(
        data.text("form"), data.text("number"), data.text("title_zh"), data.text("title_en"), kind, tables,
        whole=bool(data.get("whole")), open_to_all=data.get("sent_by") == ANYONE, is_owed=kind == FIGURES or data.get("owed") is not None,
        expectations=expecting.read(data, {c.field for t in tables for c in t.columns}),
        layouts=read_layouts(data, tables[0].columns) if kind == FIGURES else (), place=data.place,
        owed_by=tuple(_duty(item, "provider", data) for item in data.get("owed_by") or ()), due=data.need("due", Mapped) if data.get("due") is not None else None,
    )  # fmt: skip
    for table in tables:
        _check_table(data, table)
    return form


def _check_table(data: Mapped, table: Table) -> None:
    seen: dict[str, str] = {}
    for column in table.columns:
        for key in column.header_keys:
            if seen.setdefault(key, column.field) != column.field:
                raise DeclarationError(f"{column.place}: 表头“{key}”同时指 {seen[key]} 和 {column.field}（表 {table.name}），请改其一 / header {key!r} names both {seen[key]} and {column.field} in table {table.name}")
    fields = [c.field for c in table.columns]
    if len(set(fields)) < len(fields):
        raise data.error(f"表 {table.name} 有重复的列", f"table {table.name} declares a column twice")


def _table(data: Mapped, project: Path | None) -> Table:
    table = Table(data.text("table"), data.text("sheet"), tuple(_table_column(item, project) for item in data.need("columns", list)),
                  bool(data.get("optional")), data.get("only_where"))
    if table.only_where and table.only_where not in {c.field for c in table.columns}:
        raise data.error(f"`only_where` 所指的列不存在：{table.only_where}", f"`only_where` names no column: {table.only_where}")
    return table


def _table_column(data: Mapped, project: Path | None) -> Column:
    kind = data.choice("type", CELL_TYPES)
    choices = _choices_of(data["choices"], project) if isinstance(data.get("choices"), Mapped) else tuple(str(c) for c in data.get("choices") or ())
    if kind == "choice" and not choices:
        raise data.error("type 为 choice 时须列出 `choices`", "type choice needs `choices`")
    return Column(data.text("name"), data.texts("header_zh"), data.texts("header_en"), kind,
                  bool(data.get("required")), bool(data.get("key")), choices, prefilled=bool(data.get("prefilled")), figure=bool(data.get("figure")), place=data.place)


def _choices_of(given: Mapped, project: Path | None) -> tuple[str, ...]:
    """The choices that another file of the project declares: `{file: …, each: key}`, the key of each item in its one list."""
    path, key = (project or Path()) / given.text("file"), given.text("each")
    listed = [items for items in load_yaml(path).values() if isinstance(items, list)]
    if len(listed) != 1 or not all(isinstance(item, Mapped) and item.get(key) for item in listed[0]):
        raise given.error(f"{given.text('file')} 应有一个列表，各项写明 {key}", f"{given.text('file')} must hold one list, with {key} in each item")
    return tuple(item.text(key) for item in listed[0])


def _figure_column(data: Mapped, registered: frozenset[str] | None) -> Column:
    if registered is not None and data.text("indicator") not in registered:
        name = data.text("indicator")
        raise data.error(f"指标 {name} 未登记，请在 registers/indicators.csv 增加一行，或在该栏写明 registered，或更正代码", f"indicator {name} has no row in registers/indicators.csv; add one, or write registered in the column")
    return Column(data.text("indicator"), data.texts("header_zh"), data.texts("header_en"), owed=_owed(data), units=_units(data),
                  reopens=tuple(data.get("reopens") or ()), registered=data.need("registered", Mapped) if data.get("registered") is not None else None, place=data.place)


def _owed(data: Mapped) -> tuple[Era, ...]:
    owed = data.get("owed")
    if owed is None:
        return ()
    if isinstance(owed, Mapped):
        return (Era(owed.get("from"), owed.get("to")),)
    if isinstance(owed, list) and all(isinstance(p, int) for p in owed):
        return _runs(owed)
    raise data.error("`owed` 应为年度列表或 {from:, to:}", "`owed` is a list of years or {from:, to:}")


def _runs(periods: list[int]) -> tuple[Era, ...]:
    runs: list[list[int]] = []
    for period in sorted(set(periods)):
        if runs and runs[-1][1] == period - 1:
            runs[-1][1] = period
        else:
            runs.append([period, period])
    return tuple(Era(a, b) for a, b in runs)


def _units(data: Mapped) -> tuple[UnitEra, ...]:
    if data.get("unit") is not None:
        return (UnitEra(Era(None, None), str(data["unit"])),)
    return tuple(UnitEra(Era(item.get("from"), item.get("to")), item.text("unit")) for item in data.get("units") or ())


def _provider(data: Mapped, forms: set[str]) -> Provider:
    duties = tuple(_duty(item, "form", data) for item in data.get("forms") or ())
    unknown = sorted({duty.form_id for duty in duties} - forms)
    if unknown:
        raise data.error(f"没有这些表式：{'、'.join(unknown)}，请更正或在 forms/ 增加", f"provider names unknown forms: {', '.join(unknown)}")
    return Provider(data.text("provider"), data.text("name_zh"), str(data.get("name_en") or ""), str(data.text("province")),
                    data.text("role"), duties, str(data.get("contact_zh") or ""), data.place)


def _duty(item: Any, named: str, data: Mapped) -> Duty:
    """One entry of a provider's `forms` or of a form's `owed_by`: an id alone, or `{form or provider: id, from:, to:}`."""
    if not isinstance(item, Mapped):
        item = Mapped({named: item})
        item.place = data.place
    if unknown := sorted(set(item) - {named, "from", "to", "ends", "reopens"}):
        raise item.error(f"有不认识的键：{'、'.join(unknown)}；可用 {named}、from、to、ends、reopens", f"unknown keys: {', '.join(unknown)}; there are {named}, from, to, ends, reopens")
    other = "form" if named == "provider" else "provider"
    ids = {named: item.text(named), other: data.text(other)}
    return Duty(ids["provider"], ids["form"], Era(_year(item, "from"), _year(item, "to")), bool(item.get("ends")), tuple(item.get("reopens") or ()), item.place)


def _year(item: Mapped, key: str) -> int | None:
    value = item.get(key)
    if value is not None and not isinstance(value, int):
        raise item.error(f"`{key}` 应为年度，现为 {value!r}", f"`{key}` is a year, found {value!r}")
    return value


def _channel(data: Mapped) -> Channel:
    kind = data.choice("kind", CHANNEL_KINDS)
    options = {key: value for key, value in data.items() if key not in ("channel", "kind")}
    return Channel(data.text("channel"), kind, options)
