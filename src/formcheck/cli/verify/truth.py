"""Truth files: what a clip is known, or was recorded, to show. ``<clip>.truth.json``, schema version 1.

Every key but ``schema_version`` may be absent, and what is absent is not checked; a key that is not known is an error,
because a slip of the pen would silently check nothing. docs/verify.md describes the keys for users.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, get_args

from formcheck.cli.verify.json_file import Node, json_text, read_json
from formcheck.records.gait import Surface, View
from formcheck.records.options import OPTIONS
from formcheck.records.skeleton import Side

SCHEMA_VERSION: Final = 1
SUFFIX: Final = ".truth.json"
EVENTS: Final = ("strikes", "toe_offs")
SCENE_WORDS: Final[Mapping[str, tuple[str | None, ...]]] = {
    "view": get_args(View),
    "heading": ("left", "right", None),
    "near_side": (*Side, None),
    "surface": get_args(Surface),
}
"""What a report may say of the scene; None = not to be told, as a heading seen from behind."""
SCENE_NUMBERS: Final = ("camera_roll_deg",)
RECORDED_KEYS: Final = ("formcheck_version", "model", "created")

Kind = Literal["known", "recorded"]
KINDS: Final[tuple[Kind, ...]] = ("known", "recorded")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A number, how far a report may be off it, and its unit ("" = not checked)."""

    value: float
    tolerance: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class EventTruth:
    """One foot strike or toe-off on the clip's own clock; None = the tolerance of its kind and leg."""

    side: Side
    time_s: float
    tolerance_s: float | None = None


@dataclass(frozen=True, slots=True)
class Miss:
    """Why a check is known not to hold, and the largest error that excuses (None: any)."""

    why: str
    within: float | None = None


@dataclass(frozen=True, slots=True)
class Truth:
    """One truth file; None or empty = not checked.

    ``tolerance_s`` and ``far_tolerance_s`` by event ("strikes", "toe_offs"), seconds on the clip's own clock, of the
    leg nearer the camera and the other. In ``scene`` None = not to be told, as a heading seen from behind. ``withheld``
    are the codes for which headline numbers must be withheld, no more and no fewer; ``reasons`` must be among the
    reasons of the clip's quality; ``misses`` names checks that are known not to hold yet, with why.
    """

    kind: Kind = "known"
    how: str = ""
    comment: str = ""
    recorded: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, float] = field(default_factory=dict)
    events: Mapping[str, tuple[EventTruth, ...]] = field(default_factory=dict)
    tolerance_s: Mapping[str, float] = field(default_factory=dict)
    far_tolerance_s: Mapping[str, float] = field(default_factory=dict)
    measures: Mapping[str, Wanted] = field(default_factory=dict)
    sides: Mapping[Side, Mapping[str, Wanted]] = field(default_factory=dict)
    scene: Mapping[str, str | Wanted | None] = field(default_factory=dict)
    time_scale: Wanted | None = None
    withheld: frozenset[str] | None = None
    reasons: frozenset[str] = frozenset()
    measures_withheld: frozenset[str] = frozenset()
    misses: Mapping[str, Miss] = field(default_factory=dict)

    @property
    def checks_something(self) -> bool:
        """Whether a report could differ from it; a file of nothing but ``given`` waits to be filled."""
        expected = (self.withheld is not None, self.reasons, self.measures_withheld, self.time_scale)
        return any((self.events, self.measures, self.sides, self.scene, *expected))


def truth_path(clip: Path) -> Path:
    """Where a clip's truth lies."""
    return clip.with_name(f"{clip.stem}{SUFFIX}")


def read_truth(path: Path) -> Truth:
    """Read a truth file.

    Raises
    ------
    TruthError
        It is no truth file; the text names file, line, what is expected and what is there.
    """
    return _truth(read_json(path))


def _truth(root: Node) -> Truth:
    nodes = root.keys(*KEYS)
    version = root.need("schema_version", nodes)
    if version.value != SCHEMA_VERSION or isinstance(version.value, bool):
        raise version.wrong(str(SCHEMA_VERSION))
    read: dict[str, Any] = {key: reader(nodes[key]) for key, reader in _READERS.items() if key in nodes}
    expect = nodes["expect"].keys(*EXPECTATIONS) if "expect" in nodes else {}
    read |= {key: frozenset(item.text() for item in node.items()) for key, node in expect.items()}
    read["events"] = {name: tuple(map(_event, nodes[name].items())) for name in EVENTS if name in nodes}
    return Truth(**read)


def _event(node: Node) -> EventTruth:
    nodes = node.keys("side", "time_s", "tolerance_s")
    side = Side(node.need("side", nodes).one_of(tuple(Side)))
    tolerance_s = nodes["tolerance_s"].number(0.0) if "tolerance_s" in nodes else None
    return EventTruth(side, node.need("time_s", nodes).number(0.0), tolerance_s)


def _wanted(node: Node) -> Wanted:
    nodes = node.keys("value", "tolerance", "unit")
    unit = nodes["unit"].text() if "unit" in nodes else ""
    return Wanted(node.need("value", nodes).number(), node.need("tolerance", nodes).number(0.0), unit)


def _unitless(node: Node) -> Wanted:
    """A number whose unit its key tells."""
    node.keys("value", "tolerance")
    return _wanted(node)


def _miss(node: Node) -> Miss:
    if isinstance(node.value, str):
        return Miss(node.value)
    nodes = node.keys("why", "within")
    within = nodes["within"].number(0.0) if "within" in nodes else None
    return Miss(node.need("why", nodes).text(), within)


def _measures(node: Node) -> dict[str, Wanted]:
    return {name: _wanted(one) for name, one in node.keys().items()}


def _sides(node: Node) -> dict[Side, dict[str, Wanted]]:
    return {Side(side): _measures(one) for side, one in node.keys(*Side).items()}


def _scene(node: Node) -> dict[str, str | Wanted | None]:
    nodes = node.keys(*SCENE_WORDS, *SCENE_NUMBERS)
    return {key: _unitless(one) if key in SCENE_NUMBERS else _word(key, one) for key, one in nodes.items()}


def _word(key: str, node: Node) -> str | None:
    choices = SCENE_WORDS[key]
    if node.value is None and None in choices:
        return None
    return node.one_of([choice for choice in choices if choice is not None])


def _given(node: Node) -> dict[str, float]:
    return {key: one.number(OPTIONS[key].low, OPTIONS[key].high) for key, one in node.keys(*OPTIONS).items()}


def _seconds(node: Node) -> dict[str, float]:
    return {name: one.number(0.0) for name, one in node.keys(*EVENTS).items()}


def _recorded(node: Node) -> dict[str, str]:
    return {key: one.text() for key, one in node.keys(*RECORDED_KEYS).items()}


_READERS: Final[dict[str, Callable[[Node], Any]]] = {
    "kind": lambda node: node.one_of(KINDS),
    "how": Node.text,
    "comment": Node.text,
    "recorded": _recorded,
    "given": _given,
    "tolerance_s": _seconds,
    "far_tolerance_s": _seconds,
    "measures": _measures,
    "sides": _sides,
    "scene": _scene,
    "time_scale": _unitless,
    "misses": lambda node: {name: _miss(one) for name, one in node.keys().items()},
}

EXPECTATIONS: Final = ("withheld", "reasons", "measures_withheld")
KEYS: Final = ("schema_version", *_READERS, *EVENTS, "expect")


def truth_to_json(truth: Truth) -> str:
    """Return a truth file's text: keys in a fixed order and one number or event a line, so that changes read well."""
    document: dict[str, Any] = {"schema_version": SCHEMA_VERSION, "kind": truth.kind}
    plain = {key: _plain(getattr(truth, key)) for key in _READERS if key != "kind"}
    document |= {key: value for key, value in plain.items() if value not in ("", {}, None)}
    for name, events in truth.events.items():
        document[name] = [_plain(event) for event in events]
    lists = {key: getattr(truth, key) for key in EXPECTATIONS}
    expect = {key: sorted(value) for key, value in lists.items() if value or (key == "withheld" and value is not None)}
    if expect:
        document["expect"] = expect
    return json_text(document) + "\n"


def _plain(value: Any) -> Any:
    """Return records as plain JSON values; what is not checked or not set is left out."""
    if isinstance(value, Miss) and value.within is None:
        return value.why
    if isinstance(value, Wanted | EventTruth | Miss):
        return {key: item for key, item in asdict(value).items() if item not in ("", None)}
    return {key: _plain(item) for key, item in value.items()} if isinstance(value, Mapping) else value
