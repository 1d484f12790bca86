"""Parts of the documentation that are made from the code: ``python -m tools.documents`` brings them up to date.

A part stands between ``<!-- made: NAME -->`` and ``<!-- end of what is made -->`` in README.md or docs/, and is
overwritten. tests/contract/test_docs.py fails while one is out of date.
"""

import re
import sys
from collections.abc import Callable
from typing import Final

from formcheck.records.options import OPTIONS
from tools import architecture
from tools.architecture import ROOT

PAGES: Final = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
PART: Final = re.compile(r"(<!-- made: (\w+) -->\n)(.*?)(<!-- end of what is made -->)", re.DOTALL)


def options() -> str:
    """Rows for the options about the run."""
    rows = [f"| `{each.flag}` | {each.help}; {each.low:g} to {each.high:g} |" for each in OPTIONS.values()]
    return "\n".join(["| option | meaning |", "| --- | --- |", *rows])


MAKERS: Final[dict[str, Callable[[], str]]] = {"architecture": architecture.chapter, "options": options}


def up_to_date(text: str) -> str:
    """A page with its made parts as the code is now. Raises KeyError for an unknown part."""
    return PART.sub(lambda found: f"{found[1]}\n{MAKERS[found[2]]()}\n\n{found[4]}", text)


def main() -> int:
    """Bring every page up to date; the exit code."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        if up_to_date(text) != text:
            page.write_text(up_to_date(text), encoding="utf-8")
            sys.stdout.write(f"{page.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
