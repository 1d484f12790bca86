"""Which of the catalogue's languages a browser gets."""

from collections.abc import Collection

from formcheck.words.catalogue import ORIGINAL


def language_for(asked: str | None, accepted: str | None, known: Collection[str]) -> str:
    """The language asked for (``?lang=``), else the one of Accept-Language that is known and wanted most."""
    wishes = [(1.0, asked or "")] + [_wish(part) for part in (accepted or "").split(",")]
    for _, tag in sorted(wishes, key=lambda wish: -wish[0]):
        if (language := tag.strip().partition("-")[0].lower()) in known:
            return language
    return ORIGINAL


def _wish(part: str) -> tuple[float, str]:
    """How much a language is wanted, at most as much as one that was asked for, and its tag."""
    tag, _, weight = part.partition(";q=")
    try:
        return min(float(weight or 1), 1.0), tag
    except ValueError:
        return 0.0, tag
