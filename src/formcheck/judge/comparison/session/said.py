"""A session in words: left against right in a sentence each, and the verdict."""

from dataclasses import replace

from formcheck.gait.measures.registry import HEADLINES
from formcheck.judge.comparison.said import OTHERS, rounded_up
from formcheck.judge.comparison.session.records import Apart, Session
from formcheck.judge.findings.advice import finding_in
from formcheck.judge.measures.intervals import is_sure
from formcheck.records.skeleton import Side
from formcheck.records.values import Blank, Quantity, Sentence
from formcheck.words.catalogue import ENGLISH, Voice
from formcheck.words.reasons import measure_in, reason_in
from formcheck.words.sentences import filled, spoken


def said(row: Apart) -> Apart:
    """Left against right with its sentence in English."""
    sentence = _sentence(row)
    return replace(row, code=sentence.code, text=spoken(sentence, ENGLISH), values=sentence.values)


def session_in(session: Session, voice: Voice) -> Session:
    """The session in the reader's language and units."""
    return replace(
        session,
        refused=session.refused and reason_in(session.refused, voice),
        notes=tuple(reason_in(why, voice) for why in session.notes),
        measures={name: measure_in(one, voice) for name, one in session.measures.items()},
        apart=tuple(_apart_in(row, voice) for row in session.apart),
        findings=tuple(finding_in(finding, (), voice) for finding in session.findings),
    )


def _apart_in(row: Apart, voice: Voice) -> Apart:
    words = voice.say(row.code, **filled(row.values, voice))
    return replace(row, text=words, reasons=tuple(reason_in(why, voice) for why in row.reasons))


def verdict(session: Session, voice: Voice = ENGLISH) -> str:
    """Whether both feet land alike, else why nobody can say."""
    session = session_in(session, voice)
    if session.refused:
        return session.refused.message
    rows = [row.text for row in session.apart if row.measure in HEADLINES]
    return " ".join(rows) or voice.say("sides.foot_ahead_of_hip.cannot_say")


def _sentence(row: Apart) -> Sentence:
    own = row.measure if ENGLISH.has(f"sides.{row.measure}.differ") else OTHERS
    values: dict[str, Blank] = {} if own != OTHERS else {"measure": Sentence(f"measure.{row.measure}.title")}
    if row.verdict == "no_difference_larger_than":
        values["limit"] = Quantity(row.measure, row.unit, rounded_up(row.measure, row.unit, row.limit))
    elif row.verdict == "differ":
        more = Side.LEFT if row.value > 0 else Side.RIGHT
        values |= {"more": Sentence(f"side.{more}"), "less": Sentence(f"side.{more.other}")}
        values["by"] = Quantity(row.measure, row.unit, abs(row.value))
    doubt = "_probably" if row.verdict == "differ" and not is_sure(row.value, row.interval95) else ""
    return Sentence(f"sides.{own}.{row.verdict}{doubt}", values)
