"""Parts of the documentation that are made from the code: ``python -m tools.documents`` brings them up to date.

A part stands between ``<!-- made: NAME -->`` and ``<!-- end of what is made -->`` in README.md or docs/, and is
overwritten. tests/contract/test_docs.py fails while one is out of date.
"""

import argparse
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from textwrap import TextWrapper
from typing import Final

from formcheck.records.options import OPTIONS, Option
from formcheck.words.capture import tips
from tools import architecture
from tools.architecture import ROOT

PAGES: Final = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
WIDTH: Final = 120
NO_BREAK: Final = "\N{NO-BREAK SPACE}"
PART: Final = re.compile(r"(<!-- made: (\w+) -->\n)(.*?)(<!-- end of what is made -->)", re.DOTALL)


def options() -> str:
    """A table of the options about the run, by their flags."""
    return _table("option", {option.flag: option for option in OPTIONS.values()})


def fields() -> str:
    """The same by the names that the API's form has for them."""
    return _table("field", OPTIONS)


def names() -> str:
    """Those names alone."""
    return ", ".join(f"`{name}`" for name in OPTIONS)


def guidance() -> str:
    """How to film, as a list."""
    wrap = TextWrapper(WIDTH, initial_indent="* ", subsequent_indent="  ", break_on_hyphens=False).fill
    return "\n".join(wrap(f"**{tip.title}.** {tip.text}").replace(NO_BREAK, " ") for tip in tips())


def _table(called: str, rows: Mapping[str, Option]) -> str:
    lines = [f"| `{name}` | {option.help}; {_range(option)} |" for name, option in rows.items()]
    return "\n".join([f"| {called} | meaning |", "| --- | --- |", *lines])


def _range(option: Option) -> str:
    return f"{option.low:g} to {option.high:g}" + (f" in steps of {option.step:g}" if option.step else "")


MAKERS: Final[dict[str, Callable[[], str]]] = {
    "architecture": architecture.chapter,
    "options": options,
    "fields": fields,
    "names": names,
    "guidance": guidance,
}


def up_to_date(text: str) -> str:
    """A page with its made parts as the code is now. Raises KeyError for an unknown part."""
    return PART.sub(lambda found: f"{found[1]}\n{MAKERS[found[2]]()}\n\n{found[4]}", text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Bring every page up to date and print those that changed; the exit code."""
    argparse.ArgumentParser(prog="python -m tools.documents", description=__doc__).parse_args(arguments)
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        if up_to_date(text) != text:
            page.write_text(up_to_date(text), encoding="utf-8")
            sys.stdout.write(f"{page.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
