"""Reading and writing YAML that people write: safe, bounded, and every value knows its line.

Plain data only (YAML 1.2's core schema: `on`, `yes` and `09:00` are text; keys are always text).
What the data means is not known here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from core.errors import AireError

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32
MAX_NODES = 50_000

Path = tuple[str | int, ...]

_TAG = "tag:yaml.org,2002:"
_NULL = re.compile(r"^(?:~|null|Null|NULL|)$")
_BOOL = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")
_INT = re.compile(r"^(?:[-+]?[0-9]{1,18}|0o[0-7]{1,18}|0x[0-9a-fA-F]{1,15})$")
_FLOAT = re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$")
_CORE_SCHEMA = (
    ("null", _NULL, ["~", "n", "N", ""]),
    ("bool", _BOOL, list("tTfF")),
    ("int", _INT, list("-+0123456789")),
    ("float", _FLOAT, list("-+.0123456789")),
)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class YamlError(AireError):
    """The text is refused. `line` counts from 1."""

    def __init__(self, message: str, *, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a file: its plain value, and the line of each value by its path."""

    value: Any
    lines: Mapping[Path, int]

    def line_of(self, path: Iterable[str | int] = ()) -> int:
        """The line of the value at `path`, or of the nearest one around it."""
        where = tuple(path)
        while where not in self.lines and where:
            where = where[:-1]
        return self.lines.get(where, 1)


def load_documents(data: bytes) -> list[Document]:
    """All documents of one file, without empty ones. Raises `YamlError` at the first bad place."""
    if len(data) > MAX_BYTES:
        raise YamlError(f"The file is larger than {MAX_BYTES // 1024:,} KB.", line=1)
    text = _decode(data)
    found: list[Document] = []
    budget = _Budget()
    try:
        loader = _Loader(text)
        while loader.check_node():
            node = loader.get_node()
            document = _Reader(budget).read(node) if node else None
            if document and document.value is not None:
                found.append(document)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise YamlError("A control character stands here.", line=line) from None
    except yaml.YAMLError as error:
        raise _sentence(error) from None
    return found


def dump_documents(documents: Iterable[Mapping[str, Any]]) -> str:
    """YAML that `load_documents` reads back as the same values."""
    return yaml.dump_all(
        documents,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=100,
        explicit_start=True,
    )


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise YamlError("The file is not UTF-8 text.", line=line) from None


class _Loader(yaml.SafeLoader):
    """PyYAML's reader with our scalar rules and a depth that cannot exhaust the stack."""

    # Replaced, not extended: YAML 1.1's rules make booleans of `on` and numbers of `09:00`.
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    _depth = 0

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]
            raise YamlError(
                f"Nested more than {MAX_DEPTH} levels deep.", line=_line(event.start_mark)
            )
        try:
            node: Node | None = super().compose_node(parent, index)
            return node
        finally:
            self._depth -= 1


class _Dumper(yaml.SafeDumper):
    """Writes so that neither YAML 1.1's rules nor ours read a text as something else."""

    yaml_implicit_resolvers = {
        first: list(rules) for first, rules in yaml.SafeDumper.yaml_implicit_resolvers.items()
    }

    def ignore_aliases(self, data: Any) -> bool:
        return True


for _name, _pattern, _first in _CORE_SCHEMA:
    _Loader.add_implicit_resolver(_TAG + _name, _pattern, _first)
    _Dumper.add_implicit_resolver(_TAG + _name, _pattern, _first)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> ScalarNode:
    style = "|" if "\n" in text.strip("\n") else None
    return dumper.represent_scalar(_TAG + "str", text, style=style)


_Dumper.add_representer(str, _represent_text)


class _Budget:
    """How many values may still be read; aliases count as often as they are used."""

    def __init__(self) -> None:
        self.left = MAX_NODES

    def take(self, node: Node) -> None:
        self.left -= 1
        if self.left < 0:
            raise YamlError(
                f"The file has more than {MAX_NODES:,} values.", line=_line(node.start_mark)
            )


class _Reader:
    """Turns the nodes of one document into plain values, noting where each stood."""

    def __init__(self, budget: _Budget) -> None:
        self._budget = budget
        self._lines: dict[Path, int] = {}

    def read(self, node: Node) -> Document:
        self._lines[()] = _line(node.start_mark)
        return Document(self._value(node, ()), self._lines)

    def _value(self, node: Node, path: Path) -> Any:
        self._budget.take(node)
        if len(path) > MAX_DEPTH:  # only through an alias, perhaps one inside what it names
            raise YamlError(
                f"An alias nests more than {MAX_DEPTH} levels deep.", line=_line(node.start_mark)
            )
        if isinstance(node, MappingNode) and node.tag == _TAG + "map":
            return self._mapping(node, path)
        if isinstance(node, SequenceNode) and node.tag == _TAG + "seq":
            return [self._item(item, (*path, n)) for n, item in enumerate(node.value)]
        if isinstance(node, ScalarNode):
            return _scalar(node)
        raise _unknown_tag(node)

    def _item(self, node: Node, path: Path) -> Any:
        self._lines[path] = _line(node.start_mark)
        return self._value(node, path)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = _line(key_node.start_mark)
            if not isinstance(key_node, ScalarNode):
                raise YamlError("A key must be plain text.", line=line)
            key = _text(key_node)
            if key == "<<":
                raise YamlError('Merging with "<<" is not supported.', line=line)
            if key in found:
                first = self._lines[(*path, key)]
                raise YamlError(f'The key "{key}" stands twice, first on line {first}.', line=line)
            self._lines[(*path, key)] = line
            found[key] = self._value(value_node, (*path, key))
        return found


def _scalar(node: ScalarNode) -> Any:
    text = _text(node)
    kind = node.tag.removeprefix(_TAG)
    if kind == "str":
        return text
    if kind == "null" and _NULL.match(text):
        return None
    if kind == "bool" and _BOOL.match(text):
        return text.lower() == "true"
    if kind == "int" and _INT.match(text):
        return int(text) if text.lstrip("+-").isdigit() else int(text, 0)
    if kind == "float" and (_FLOAT.match(text) or _INT.match(text)):
        number = float(text)
        if math.isfinite(number):
            return number
    if kind in ("null", "bool", "int", "float"):
        raise YamlError(
            f"{text[:40]} is not a value that can be kept.", line=_line(node.start_mark)
        )
    raise _unknown_tag(node)


def _text(node: ScalarNode) -> str:
    text: str = node.value
    if _UNSTORABLE.search(text):
        raise YamlError(
            "The text holds a character that cannot be stored.", line=_line(node.start_mark)
        )
    return text


def _unknown_tag(node: Node) -> YamlError:
    tag = node.tag.replace(_TAG, "!!")
    return YamlError(f"The tag {tag[:80]} is not allowed.", line=_line(node.start_mark))


def _sentence(error: yaml.YAMLError) -> YamlError:
    mark = getattr(error, "problem_mark", None)
    line = _line(mark) if mark else 1
    problem = str(getattr(error, "problem", "") or "it cannot be understood")
    if "'\\t'" in problem:
        return YamlError("Indent with spaces: a tab stands here.", line=line)
    return YamlError(f"Not readable as YAML: {problem[:200]}.", line=line)


def _line(mark: Any) -> int:
    return int(mark.line) + 1
