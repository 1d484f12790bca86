"""The end of ``analyze --session``: the clips of one run taken together, in lines, as JSON and as a page."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from formcheck.cli.exits import printable
from formcheck.clip.whole_file import write_whole
from formcheck.gait.measures.registry import HEADLINES, REAR_HEADLINES
from formcheck.judge.comparison.session.combine import combine
from formcheck.judge.comparison.session.records import Session
from formcheck.judge.comparison.session.said import verdict
from formcheck.records.errors import UsageError
from formcheck.report.page.comparison import Pictured
from formcheck.report.page.session import Number, leg_row, names_of_both, render_session, whole_row
from formcheck.report.schema import FILE as REPORT
from formcheck.report.schema import read_report, session_to_json
from formcheck.words.catalogue import ENGLISH
from formcheck.words.numbers import title_of

say: Final = ENGLISH.say

DATA: Final = "session.json"
PAGE: Final = "session.html"
ALWAYS_SHOWN: Final = (*HEADLINES, *REAR_HEADLINES)


def write_session(pictured: Sequence[Pictured], folder: Path, *, as_json: bool) -> Session:
    """Write session.json and session.html into ``folder``, and say what the session says."""
    found = combine([one.report for one in pictured])
    folder.mkdir(parents=True, exist_ok=True)
    document = session_to_json(found)
    text = json.dumps(document, allow_nan=False, ensure_ascii=False, indent=2)
    write_whole(folder / DATA, f"{text}\n".encode())
    write_whole(folder / PAGE, render_session(found, pictured).encode())
    if as_json:  # in ASCII: a pipe's encoding is unknown
        sys.stdout.write(json.dumps(document, allow_nan=False) + "\n")
    else:
        where = Text(say("session.page", path=printable(str(folder / PAGE))))
        Console(highlight=False).print(summary(found) + Text("\n") + where, soft_wrap=not sys.stdout.isatty())
    sys.stdout.flush()
    return found


def clip_folders(place: Path) -> list[Path]:
    """The report folders of the session that lies here, or in this session.json; none unless all lie beside it.

    Raises UsageError where session.json is not one.
    """
    folder = place.parent if place.name == DATA else place
    if not (folder / DATA).is_file() or (folder / REPORT).is_file():
        return []
    try:
        wanted = {clip["sha256"] for clip in json.loads((folder / DATA).read_text(encoding="utf-8"))["clips"]}
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise UsageError(
            say("error.not_a_report", path=printable(str(folder / DATA)), why=type(error).__name__)
        ) from error
    found = {read_report(path).clip.sha256: path.parent for path in sorted(folder.glob(f"*/{REPORT}"))}
    return [found[sha256] for sha256 in wanted & found.keys()] if wanted <= found.keys() else []


def is_said(session: Session) -> bool:
    """Whether the session says something of left against right, and how the trunk leans."""
    reach, lean = session.of("foot_ahead_of_hip"), session.measures.get("trunk_lean")
    return bool(reach and reach.verdict != "cannot_say" and lean and not lean.headline.withheld)


def summary(session: Session) -> Text:
    """The session in a few lines: the verdict, both feet and the trunk, what else differs, and why to be careful."""
    lines = [Text(verdict(session), style="bold"), *_numbers(session)]
    others = [row.measure for row in session.apart if row.verdict == "differ" and row.measure not in HEADLINES]
    if others:
        lines.append(Text(say("session.also", measures=", ".join(title_of(name) for name in others))))
    for why in (session.refused,) if session.refused else session.notes:
        message = why.advice if why is session.refused else f"{why.message} {why.advice}"
        lines.append(Text(say("terminal.note", message=message), style="yellow"))
    return Text("\n").join(lines)


def _numbers(session: Session) -> Iterator[Text]:
    legs = [leg_row(session, row) for row in session.apart if row.measure in HEADLINES]
    whole = [whole_row(session, name) for name in names_of_both(session) if name in ALWAYS_SHOWN]
    width = max((len(title) for title in (*(row.title for row in legs), *(row.title for row in whole))), default=0)
    for leg in legs:
        yield Text(f"  {leg.title:{width}}  {say('session.line', left=_shown(leg.left), right=_shown(leg.right))}")
    for one in whole:
        yield Text(f"  {one.title:{width}}  {_shown(one.number)}")


def _shown(number: Number) -> str:
    if not number.interval:
        return number.value
    values = {"value": number.value, "interval": number.interval}
    return say("terminal.unsure", **values) if number.is_low else say("terminal.between", **values)
