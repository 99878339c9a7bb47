"""The dependencies around one system as layers: where each stands, and what is drawn. Pure.

What it depends on stands to the left, what depends on it to the right, each as many columns away
as there are steps between. A full column shows the most critical ones and says how many more there
are; the lists beside the drawing have all of them.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

MOST_IN_LAYER = 40
BOX_WIDTH, BOX_HEIGHT = 172, 30
GAP, BETWEEN = 10, 56
LETTERS = 22

Edge = tuple[int, int]
"""(system, what it depends on)."""


@dataclass(frozen=True, slots=True)
class Node:
    """A system to be drawn. `layer` counts steps: below zero for what the middle depends on.
    `tone` is a colour class of charts; `note` says in words what it means."""

    key: int
    name: str
    url: str
    layer: int
    tier: int = 3
    tone: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    node: Node
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    width: float
    height: float
    boxes: tuple[Box, ...]
    edges: tuple[tuple[Box, Box], ...]
    hidden: Mapping[int, int]
    """By layer, how many are not drawn."""


def layers_of(upstream: Mapping[int, int], dependents: Mapping[int, int]) -> dict[int, int]:
    """Key → layer. What stands on both sides, over a circle, stands on the nearer one."""
    found = {key: -steps for key, steps in upstream.items()}
    for key, steps in dependents.items():
        if key not in found or steps < -found[key]:
            found[key] = steps
    return found


def arrange(nodes: Sequence[Node], edges: Collection[Edge]) -> Drawing:
    """Columns from left to right; within one the order of its neighbours towards the middle, so
    that lines cross little."""
    columns: dict[int, list[Node]] = defaultdict(list)
    for node in nodes:
        columns[node.layer].append(node)
    hidden = {}
    for layer, column in columns.items():
        column.sort(key=lambda node: (node.tier, node.name))
        if len(column) > MOST_IN_LAYER:
            hidden[layer] = len(column) - MOST_IN_LAYER
            del column[MOST_IN_LAYER:]
    near: dict[int, list[int]] = defaultdict(list)
    for one, other in edges:
        near[one].append(other)
        near[other].append(one)
    rows: dict[int, float] = {}
    for layer in sorted(columns, key=abs):
        column = columns[layer]
        column.sort(key=lambda node: _middle(near[node.key], rows))
        rows |= {node.key: number - len(column) / 2 for number, node in enumerate(column)}
    return _placed(columns, edges, hidden)


def _middle(neighbours: Iterable[int], rows: Mapping[int, float]) -> float:
    at = [rows[key] for key in neighbours if key in rows]
    return sum(at) / len(at) if at else 0.0


def _placed(
    columns: Mapping[int, Sequence[Node]], edges: Collection[Edge], hidden: Mapping[int, int]
) -> Drawing:
    step = BOX_HEIGHT + GAP
    tallest = max((len(column) + (layer in hidden) for layer, column in columns.items()), default=0)
    boxes: dict[int, Box] = {}
    for place, layer in enumerate(sorted(columns)):
        top = (tallest - len(columns[layer]) - (layer in hidden)) * step / 2
        for number, node in enumerate(columns[layer]):
            boxes[node.key] = Box(node, place * (BOX_WIDTH + BETWEEN), top + number * step)
    drawn = [(boxes[one], boxes[other]) for one, other in sorted(edges)
             if one in boxes and other in boxes]  # fmt: skip
    width = len(columns) * (BOX_WIDTH + BETWEEN) - BETWEEN
    return Drawing(max(width, 0), tallest * step, tuple(boxes.values()), tuple(drawn), hidden)


def draw(drawing: Drawing, *, title: str) -> SafeString:
    """As SVG in its own size; each box is a link. Lines run from what is needed to who needs it."""
    lines = format_html_join(
        "", '<path class="graph-edge{}" d="{}"/>',
        ((" graph-back" if to.x <= of.x else "", _curve(of, to)) for to, of in drawing.edges),
    )  # fmt: skip
    boxes = format_html_join("", "{}", ((_box(box),) for box in drawing.boxes))
    more = format_html_join(
        "", '<text class="graph-text" x="{}" y="{}">and {} more, in the list</text>',
        (_below(layer, count, drawing) for layer, count in drawing.hidden.items()),
    )  # fmt: skip
    return format_html(
        '<svg class="graph" role="group" aria-label="{}" width="{}" height="{}" '
        'viewBox="-1 -1 {} {}">{}{}{}</svg>',
        title, drawing.width + 2, drawing.height + 2, drawing.width + 2, drawing.height + 2,
        lines, boxes, more,
    )  # fmt: skip


def _below(layer: int, count: int, drawing: Drawing) -> tuple[float, float, int]:
    column = [box for box in drawing.boxes if box.node.layer == layer]
    return column[-1].x + 8, column[-1].y + BOX_HEIGHT + 22, count


def _box(box: Box) -> SafeString:
    node = box.node
    tone = f" graph-{node.tone}" if node.tone else ""
    here = " graph-here" if node.layer == 0 else ""
    name = node.name if len(node.name) <= LETTERS else f"{node.name[: LETTERS - 1]}…"
    return format_html(
        '<a class="graph-node{}{}" href="{}"><title>{}</title>'
        '<rect x="{}" y="{}" width="{}" height="{}" rx="5"/>'
        '<text x="{}" y="{}">{}</text></a>',
        tone, here, node.url, f"{node.name}, tier {node.tier}{node.note and ', ' + node.note}",
        box.x, box.y, BOX_WIDTH, BOX_HEIGHT, box.x + 10, box.y + 20, name,
    )  # fmt: skip


def _curve(of: Box, to: Box) -> str:
    """From the right edge of what is needed to the left edge of who needs it; within a column, and
    backwards in a circle, around the outside."""
    y1, y2 = of.y + BOX_HEIGHT / 2, to.y + BOX_HEIGHT / 2
    x1, x2 = of.x + BOX_WIDTH, to.x
    if to.x > of.x:
        half = (x1 + x2) / 2
        return f"M{x1:.0f} {y1:.0f}C{half:.0f} {y1:.0f} {half:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
    x2 = to.x + BOX_WIDTH
    out = max(x1, x2) + BETWEEN / 2
    return f"M{x1:.0f} {y1:.0f}C{out:.0f} {y1:.0f} {out:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"


def circle_through(start: int, edges: Collection[Edge]) -> list[int]:
    """The shortest way over dependencies from `start` back to it, both ends included; [] when
    there is none."""
    needs: dict[int, list[int]] = defaultdict(list)
    for one, other in sorted(edges):
        needs[one].append(other)
    came: dict[int, int] = {}
    waiting = deque([start])
    while waiting:
        at = waiting.popleft()
        for other in needs[at]:
            if other == start:
                way = [start, at]
                while way[-1] != start:
                    way.append(came[way[-1]])
                return way[::-1]
            if other not in came:
                came[other] = at
                waiting.append(other)
    return []
