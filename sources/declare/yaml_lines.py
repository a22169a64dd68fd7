"""YAML mappings that remember their file and line, so that a mistake in a declaration can be pointed at.

Nothing here knows what a form or a provider is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


class DeclarationError(ValueError):
    """A declaration is wrong; each line of the message names file, line and key."""


def fault(place: str, zh: str, en: str) -> DeclarationError:
    """The error to raise for a place, Chinese first."""
    return DeclarationError(f"{place}: {zh} / {en}")


def short(path: Path) -> str:
    """Folder and name, as people see a file in a message."""
    return f"{path.parent.name}/{path.name}"


class Mapped(dict):
    """A mapping with the place it was written at."""

    place = "?"

    def error(self, zh: str, en: str) -> DeclarationError:
        """Return the error to raise for this mapping, in both languages."""
        return fault(self.place, zh, en)

    def need(self, key: str, kind: type) -> Any:
        """Return the value of a required key, which must be of that type."""
        value = self.get(key)
        if not isinstance(value, kind):
            raise self.error(f"缺少 `{key}`，或其写法不对：{value!r}", f"key `{key}` must be a {kind.__name__}, found {value!r}")
        return value

    def text(self, key: str) -> str:
        """Return a required text; a number is taken as its text."""
        value = self.get(key)
        if value is None or isinstance(value, (dict, list)) or not str(value).strip():
            raise self.error(f"缺少 `{key}`，或其值不是文字", f"key `{key}` is missing or not a text")
        return str(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a required text or list of texts."""
        value = self.get(key)
        values = value if isinstance(value, list) else [value]
        if not values or any(not isinstance(v, (str, int, float)) for v in values):
            raise self.error(f"`{key}` 应为文字或文字列表", f"key `{key}` must be a text or a list of texts")
        return tuple(str(v) for v in values)

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        """Return a required text that must be one of the choices."""
        value = self.text(key)
        if value not in choices:
            raise self.error(f"`{key}` 不能是 {value!r}，可用：{'、'.join(choices)}", f"key `{key}` is {value!r}, expected one of {', '.join(choices)}")
        return value


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    file_name = "?"


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Mapped:
    loader.flatten_mapping(node)
    mapped = Mapped(loader.construct_pairs(node, deep=True))
    mapped.place = f"{loader.file_name}:{node.start_mark.line + 1}"
    if len(mapped) < len(node.value):
        raise mapped.error("同一个键写了两次", "a key is written twice")
    return mapped


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def load_yaml(path: Path) -> Any:
    """Return the document of a YAML file, mappings as Mapped. Raises DeclarationError with file and line."""
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
        loader.file_name = short(path)
        return loader.get_single_data()
    except yaml.YAMLError as error:
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None) or str(error)
        line = mark.line + 1 if mark else 1
        raise fault(f"{short(path)}:{line}", f"YAML 写法有误，请看本行及上一行的缩进、引号和括号（{problem}）", f"not valid YAML near line {line}: {problem}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise fault(str(path), "文件无法读取", str(error)) from error
