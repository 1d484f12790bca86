"""What a person looks like: how heavy, in which clothes, with which hair, in which colours."""

from dataclasses import dataclass, field
from typing import Final, Literal

Clothes = Literal["shorts", "tights", "trousers"]
"""On the legs: to mid-thigh, like a second skin to the ankle, or loose to the ankle."""
Hair = Literal["short", "long"]
"""Cropped, or tied back in a ponytail."""
Srgb = tuple[int, int, int]

GIRTH_FROM, GIRTH_TO = 0.75, 1.30
"""Outside these the mesh no longer looks like a body: limbs thinner than their joints, or arms grown into the sides."""


@dataclass(frozen=True, slots=True)
class Palette:
    """What colour a person and their clothes are, display values 0 to 255."""

    skin: Srgb = (206, 158, 130)
    hair: Srgb = (58, 42, 32)
    shirt: Srgb = (52, 128, 168)
    shorts: Srgb = (44, 46, 54)
    """The legs' clothes, whatever they are."""
    shoe: Srgb = (214, 84, 40)
    sole: Srgb = (232, 232, 226)
    sock: Srgb = (226, 226, 222)
    trim: Srgb = (236, 236, 236)
    piping: Srgb = (214, 214, 214)
    lace: Srgb = (240, 240, 236)


PALETTES: Final[dict[str, Palette]] = {
    "usual": Palette(),
    "dark skin": Palette(
        skin=(98, 64, 46), hair=(26, 22, 20), shirt=(196, 190, 62), shorts=(38, 44, 70), trim=(40, 44, 58)
    ),
    "pale": Palette(
        skin=(236, 200, 180),
        hair=(186, 140, 84),
        shirt=(214, 214, 210),
        shorts=(150, 156, 162),
        shoe=(220, 222, 224),
        trim=(178, 190, 200),
        lace=(150, 158, 166),
    ),
    "dark on dark": Palette(
        hair=(34, 28, 26),
        shirt=(30, 32, 36),
        shorts=(24, 25, 28),
        shoe=(32, 33, 36),
        sole=(70, 70, 72),
        sock=(30, 31, 34),
        trim=(44, 46, 50),
        piping=(36, 38, 42),
        lace=(60, 62, 66),
    ),
    "bright": Palette(
        shirt=(238, 92, 60), shorts=(60, 190, 170), shoe=(214, 236, 60), trim=(250, 214, 60), piping=(244, 240, 90)
    ),
}
"""Colours by name."""


@dataclass(frozen=True, slots=True)
class Look:
    """One person's looks.

    Raises
    ------
    ValueError
        If the girth is not that of a body the mesh can show.
    """

    girth: float = 1.0
    """Thickness of limbs and trunk against a lean runner of the same height; bones keep their lengths."""
    clothes: Clothes = "shorts"
    hair: Hair = "short"
    palette: Palette = field(default_factory=Palette)

    def __post_init__(self) -> None:
        """Refuse what cannot be meshed."""
        if not GIRTH_FROM <= self.girth <= GIRTH_TO:
            raise ValueError(f"girth must lie between {GIRTH_FROM} and {GIRTH_TO}, not {self.girth}")
