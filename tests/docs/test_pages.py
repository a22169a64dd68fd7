"""What the pages show exists: links lead somewhere, commands and options are those of the tool, Chinese and English say the same."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pages
import pytest
from pages import DOCS, PAGES, PAIRS, PROJECT, READMES, WRITTEN, page, unknown

from schemes import definition, lint

ROOMS = re.compile(r"^    (sources ──► .*)$", re.M)
FIRST_COLUMN = re.compile(r"^\| (`[^|]*)\|", re.M)


def broken(path: Path) -> list[str]:
    wrong = []
    for link in page(path).links:
        where, _, anchor = link.partition("#")
        target = (path.parent / where).resolve() if where else path
        if not target.exists() or anchor and anchor not in page(target).anchors:
            wrong.append(link)
    return wrong


@pytest.mark.parametrize("path", WRITTEN, ids=pages.name)
def test_every_link_leads_somewhere(path):
    assert page(path).links
    assert broken(path) == []


def test_every_link_of_the_rule_book_leads_somewhere():
    assert {pages.name(path): wrong for path in PAGES if path not in WRITTEN and (wrong := broken(path))} == {}


def test_a_broken_link_is_seen(tmp_path):
    path = tmp_path / "page.md"
    path.write_text("# One\n[a](page.md#one) [b](page.md#two) [c](nowhere.md) [d](https://example.org)\n", "utf-8")
    assert broken(path) == ["page.md#two", "nowhere.md"]


@pytest.mark.parametrize("path", WRITTEN, ids=pages.name)
def test_every_command_and_option_exists(path):
    assert [found for command in page(path).commands if (found := unknown(command))] == []


@pytest.mark.parametrize("inline, what", [
    ("zhunsheng sure 510100 2022", "zhunsheng sure"), ("zhunsheng check FILE --slop s.html", "zhunsheng check --slop"), ("make nightlies", "make nightlies"),
    ("zhunsheng edition dif", "zhunsheng edition dif"), ("zhunsheng --house DIR nightly", "zhunsheng --house"),
    ("zhunsheng findings [--unit 510100] [--period 2022]", None), ("zhunsheng edition diff", None), ("make bench-night BENCH=--steps", None),
])
def test_a_command_that_does_not_exist_is_seen(inline, what):
    assert unknown(pages.words(inline)) == what


@pytest.mark.parametrize("chinese, english", PAIRS, ids=lambda path: pages.name(path))
def test_chinese_and_english_mirror_each_other(chinese, english):
    zh, en = page(chinese), page(english)
    assert [level for level, _ in zh.headings] == [level for level, _ in en.headings]
    assert zh.typed == en.typed
    assert zh.source.count("\n|") == en.source.count("\n|")
    for one, other in ((chinese, english), (english, chinese)):
        assert any((one.parent / link).resolve() == other for link in page(one).links[:1])


@pytest.mark.parametrize("path", [chinese for chinese, _ in PAIRS], ids=pages.name)
def test_chinese_prose_has_full_width_punctuation(path):
    prose = re.sub(r"`[^`]*`|\]\([^)]*\)|^    .*$", "", page(path).text, flags=re.M)
    assert re.findall(r".{0,9}[\u4e00-\u9fff][,;:?!].{0,9}", prose) == []


def test_no_english_page_stands_alone():
    assert {path.name for path in (DOCS / "en").glob("*.md")} == {path.name for path in DOCS.glob("*.md")}


@pytest.mark.parametrize("path", [DOCS / "architecture.md", DOCS / "en" / "architecture.md"], ids=pages.name)
def test_the_picture_of_the_rooms_is_the_order_of_imports(path):
    tree = ast.parse((PROJECT / "tests/architecture/test_architecture.py").read_text("utf-8"))
    rooms = next(ast.literal_eval(node.value) for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "ROOMS")
    (picture,) = ROOMS.findall(page(path).source)
    assert tuple(picture.split(" ──► ")) == rooms


@pytest.mark.parametrize("path", [DOCS / "marts.md", DOCS / "en" / "marts.md"], ids=pages.name)
def test_the_marts_named_are_published(path):
    named = {mart for cell in FIRST_COLUMN.findall(page(path).text) for mart in re.findall(r"`(\w+)`", cell)}
    assert len(named) > 30
    assert named - {model.stem for model in (PROJECT / "dbt_project/models/marts").glob("*.sql")} == set()


@pytest.mark.parametrize("path", [DOCS / "schemes.md", DOCS / "en" / "schemes.md"], ids=pages.name)
def test_the_scheme_of_the_example_has_no_holes(path, tmp_path):
    tables = re.findall(r"^`(\w+\.csv)`\n\n((?:    .*\n)+)", page(path).text, re.M)
    assert [name for name, _ in tables] == ["indicators.csv", "nodes.csv"]
    for name, lines in tables:
        (tmp_path / name).write_text(re.sub(r"^    ", "", lines, flags=re.M), "utf-8")
    assert lint.lint(definition.load(tmp_path)) == []


def test_the_readme_is_read_in_a_few_minutes():
    for path in READMES:
        assert len(page(path).source.splitlines()) <= 100
