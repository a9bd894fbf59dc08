"""The picture of a run: pages in, their text, its labels, and what became of it, as a flow whose widths are shares.

A Sankey diagram (M. Schmidt, "The Sankey diagram in energy and material flow management", J. Ind. Ecol. 12, 2008).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_NODE_WIDTH: Final = 12.0
_GAP: Final = 20.0
_EDGE: Final = 12.0
"""Room above and below the nodes, in units of the picture, for their names."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A node before it has a place: what it is called and the share of the whole that it holds."""

    kind: str
    share: float
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Stream:
    """What flows from a node of one column to a node of the next: their numbers there, and the share."""

    column: int
    source: int
    target: int
    share: float
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Frame:
    """Size of the picture, and the left edge of each of its columns."""

    width: float
    height: float
    columns: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Node:
    stage: Stage
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Ribbon:
    kind: str
    path: str
    title: str


@dataclass(frozen=True, slots=True)
class FlowPicture:
    """Shapes in the units of the frame; y grows downwards."""

    frame: Frame
    nodes: tuple[Node, ...]
    ribbons: tuple[Ribbon, ...]


def draw_flow(columns: Sequence[Sequence[Stage]], streams: Sequence[Stream], frame: Frame) -> FlowPicture:
    """Give every node and every stream its place.

    Args:
        columns: the nodes from left to right; the shares of a column add up to one or less.
        streams: in the order in which they leave and reach their nodes, from top to bottom.
        frame: where the columns go.
    """
    most = max(len(column) for column in columns)
    scale = frame.height - 2 * _EDGE - (most - 1) * _GAP
    nodes = [_stacked(column, x, frame.height, scale) for column, x in zip(columns, frame.columns, strict=True)]
    leaving, reaching = dict[Node, float](), dict[Node, float]()
    ribbons = []
    for stream in streams:
        source, target = nodes[stream.column][stream.source], nodes[stream.column + 1][stream.target]
        y0, y1, thickness = leaving.get(source, source.y), reaching.get(target, target.y), stream.share * scale
        leaving[source], reaching[target] = y0 + thickness, y1 + thickness
        path = _ribbon(source.x + source.width, y0, target.x, y1, thickness)
        ribbons.append(Ribbon(stream.kind, path, stream.title))
    return FlowPicture(frame, tuple(node for column in nodes for node in column), tuple(ribbons))


def _stacked(column: Sequence[Stage], x: float, height: float, scale: float) -> list[Node]:
    """One below the other, as a whole in the middle."""
    taken = sum(stage.share for stage in column) * scale + (len(column) - 1) * _GAP
    y, nodes = (height - taken) / 2, []
    for stage in column:
        nodes.append(Node(stage, x, y, _NODE_WIDTH, stage.share * scale))
        y += stage.share * scale + _GAP
    return nodes


def _ribbon(x0: float, y0: float, x1: float, y1: float, thickness: float) -> str:
    """Outline of a band that leaves and arrives level."""
    middle, b0, b1 = (x0 + x1) / 2, y0 + thickness, y1 + thickness
    there = f"M{x0:.2f} {y0:.2f}C{middle:.2f} {y0:.2f} {middle:.2f} {y1:.2f} {x1:.2f} {y1:.2f}"
    back = f"L{x1:.2f} {b1:.2f}C{middle:.2f} {b1:.2f} {middle:.2f} {b0:.2f} {x0:.2f} {b0:.2f}Z"
    return there + back
