"""One catalogue holds every sentence: what the program says is there, what is there is said, in every language."""

import ast
import re
from collections import defaultdict
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from itertools import product
from pathlib import Path
from string import Formatter

import pytest

from formcheck.judge.findings.advice import ADVICE
from formcheck.words.capture import tips
from formcheck.words.catalogue import ENGLISH, Voice, WordsError, catalogue, entries, languages
from formcheck.words.numbers import DECIMALS, UNITS
from formcheck_api.records.problems import PROBLEMS
from places import ROOT
from second_language import second_language

SOURCES = [path for folder in ("src", "api") for path in sorted((ROOT / folder).rglob("*.py"))]
PAGE = ROOT / "api/formcheck_api/page"
BY_THE_SCRIPTS_OWN_NAMES = ("page.script.right", "page.ended.cancelled", "page.ended.failed")
"""Named by a side or by the state of an analysis."""


Call = tuple[Path, int, list[ast.expr]]
"""Where a function is called, and with what."""


@cache
def sources() -> tuple[Mapping[str, list[Call]], frozenset[str]]:
    """The calls of each function by its name, and every string that stands anywhere."""
    calls, texts = defaultdict[str, list[Call]](list), set[str]()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            elif isinstance(node, ast.Call) and node.args:
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                calls[name].append((path, node.lineno, node.args))
    return calls, frozenset(texts)


def arguments(function: str) -> list[Call]:
    """The arguments of each call of a function of that name."""
    return sources()[0].get(function, [])


def patterns(argument: ast.expr) -> list[str]:
    """Regular expressions of the codes an argument may be: blanks of an f-string stand for any word."""
    if isinstance(argument, ast.IfExp):
        return patterns(argument.body) + patterns(argument.orelse)
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return [re.escape(argument.value)]
    if isinstance(argument, ast.JoinedStr):
        return [
            "".join(
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[^.]+" for part in argument.values
            )
        ]
    return []


def said_by_the_program() -> list[str]:
    """Patterns of the codes that modules and templates say."""
    found = [
        pattern
        for function in ("say", "lines", "Sentence")
        for path, _, args in arguments(function)
        if path.name not in ("catalogue.py", "reasons.py")
        for pattern in patterns(args[0])
    ] + said_by_the_service()
    for name, words in (("report", "t"), ("session", "t_session"), ("session_body", "t_session")):
        page = (ROOT / f"src/formcheck/report/page/{name}.html.jinja").read_text(encoding="utf-8")
        section = name.partition("_")[0]
        found += [rf"{section}\.{code}" for code in re.findall(rf"\b{words}\.(\w+)", page)] + [r"level\.\w+"]
    shared = [ROOT / f"src/formcheck/report/page/{name}.html.jinja" for name in ("report", "parts")]
    for path in (*shared, PAGE / "templates/run.html", PAGE / "templates/player.html"):
        page = path.read_text(encoding="utf-8")
        found += [
            rf"{part}\.{code}" for part in ("glance", "report") for code in re.findall(rf"\b{part[0]}\.(\w+)", page)
        ]
    pages = "".join(path.read_text(encoding="utf-8") for path in (PAGE / "templates").iterdir())
    found += [rf"page\.{code}" for code in re.findall(r"\bt\.(\w+\.\w+)", pages)]
    found += [re.escape(code) for code in re.findall(r'voice\.say\("([\w.]+)"', pages)]
    scripts = "".join(path.read_text(encoding="utf-8") for path in (PAGE / "static").glob("*.js"))
    found += [rf"page\.script\.{name}" for name in re.findall(r'\bsay\("(\w+)"', scripts)]
    return found


SENTENCES_BY_CODE = {
    "ProblemError": "problem.{}.{}",
    "failure": "problem.{}.detail",
    "not_ready": "problem.not_ready.{}",
    "_unauthorized": "problem.unauthorized.{}",
    "mistaken": "mistake.{}",
    "says": "mistake.{}",
}
"""Functions of the service whose first arguments name a sentence; the last is ``detail`` where it is left out."""


def said_by_the_service() -> list[str]:
    """Patterns of the codes that requests and analyses fail with."""
    found = [rf"problem\.{code}\.(title|advice)" for code in PROBLEMS]
    for function, code in SENTENCES_BY_CODE.items():
        for _, _, args in arguments(function):
            named = [patterns(each) for each in args[: code.count("{}")]]
            named += [["detail"]] * (code.count("{}") - len(named))
            found += [code.replace(".", r"\.").format(*each) for each in product(*named)]
    return found


def scripts_words() -> set[str]:
    scripts = "".join(path.read_text(encoding="utf-8") for path in (PAGE / "static").glob("*.js"))
    return {name for name in catalogue()["page"]["script"] if f'"{name}"' in scripts}


def test_every_sentence_the_program_says_is_in_the_catalogue() -> None:
    missing = [
        pattern for pattern in said_by_the_program() if not any(re.fullmatch(pattern, code) for code in entries())
    ]
    assert missing == []


def test_every_sentence_of_the_catalogue_is_said() -> None:
    """A translator translates nothing in vain."""
    pattern = re.compile("|".join(said_by_the_program()))
    file = (ROOT / "src/formcheck/words/en.toml").read_text(encoding="utf-8")
    within = set(re.findall(r"\{(\w+(?:\.\w+)+)\}", file))
    scripts = {f"page.script.{name}" for name in scripts_words()}
    known = within | scripts | set(BY_THE_SCRIPTS_OWN_NAMES)
    silent = [code for code in entries() if not pattern.fullmatch(code) and code not in known]
    assert [code for code in silent if not code.startswith("reason.")] == []


ERRORS = (
    "UsageError",
    "ClipError",
    "ClipNotFoundError",
    "NotAVideoError",
    "PartError",
    "ModelError",
    "OutputError",
    "TruthError",
)
"""What a runner, coach or operator reads; a RecordError speaks to a developer, beside its check."""


def test_errors_that_a_user_reads_take_their_sentence_from_the_catalogue() -> None:
    written = [
        f"{path.relative_to(ROOT)}:{line}"
        for error in ERRORS
        for path, line, args in arguments(error)
        if path.name != "options.py" and patterns(args[0])
    ]
    assert written == []


def test_every_reason_of_the_catalogue_is_given_and_every_given_one_is_there() -> None:
    assert set(catalogue()["reason"]) <= sources()[1]
    for path, line, args in arguments("reason"):
        whys = patterns(args[1]) if len(args) > 1 else ["message"]
        for code in patterns(args[0]):
            for why in whys or [r"\w+"]:
                assert any(re.fullmatch(rf"reason\.{code}\.{why}", each) for each in entries()), (path, line)


def test_tables_by_code_and_the_catalogue_hold_the_same_codes() -> None:
    words = catalogue()
    assert set(words["finding"]) == set(ADVICE)
    assert set(words["measure"]) == set(DECIMALS)
    assert set(words["unit"]) == set(UNITS)
    assert set(words["problem"]) - {"page"} == set(PROBLEMS)
    assert set(words["stage"]) == set(words["page"]["stage"])
    assert set(words["exercises"]) - {"source"} == {each.exercises for each in ADVICE.values() if each.exercises}


def blanks(sentence: str | tuple[str, ...]) -> set[str]:
    text = sentence if isinstance(sentence, str) else "".join(sentence)
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def faults(original: Mapping[str, str | tuple[str, ...]], other: Mapping[str, str | tuple[str, ...]]) -> set[str]:
    """Codes that a translation lacks, has too much, or fills otherwise."""
    odd = set(original) ^ set(other)
    return odd | {code for code in set(original) - odd if blanks(original[code]) != blanks(other[code])}


def test_a_translation_has_every_code_with_the_same_blanks_and_no_more() -> None:
    assert faults({"a": "{n} m", "b": "x"}, {"a": "{n} Meter", "b": "y"}) == set()
    assert faults({"a": "{n} m", "b": "x"}, {"a": "{m} Meter", "c": "y"}) == {"a", "b", "c"}
    assert {language for language in languages() if faults(entries(), entries(language))} == set()


def test_a_catalogue_that_lacks_a_code_or_has_one_too_many_is_found(tmp_path: Path) -> None:
    tree = deepcopy(catalogue())
    del tree["finding"]["lean_typical"]["text"]
    tree["finding"]["lean_typical"]["orphan"] = "Nobody says this."
    with second_language(tmp_path, tree) as other:
        assert other.language in languages()
        found = faults(entries(), entries(other.language))
        assert found == {"finding.lean_typical.text", "finding.lean_typical.orphan"}
        with pytest.raises(WordsError, match=r"finding\.lean_typical\.text is not in the catalogue xx\.toml"):
            other.say("finding.lean_typical.text")


@pytest.mark.parametrize("folder", ["gait", "judge"])
def test_what_is_measured_and_judged_speaks_english_in_errors_only(folder: str) -> None:
    """What fills a sentence of a report is data: words of one language would stay in that language for every reader."""
    for path in (ROOT / "src/formcheck" / folder).rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        raised = {call for node in ast.walk(tree) if isinstance(node, ast.Raise) for call in ast.walk(node)}
        calls = {node for node in ast.walk(tree) if isinstance(node, ast.Call)}
        assert {call for call in calls if ast.unparse(call.func) == "ENGLISH.say"} <= raised, path


@pytest.mark.parametrize(("code", "values"), [("finding.no_such.title", {}), ("view.usual", {"speed": "9 km/h"})])
def test_an_unknown_code_or_a_missing_number_is_an_error_and_no_half_sentence(
    code: str, values: dict[str, str]
) -> None:
    with pytest.raises(WordsError, match=re.escape(code)):
        ENGLISH.say(code, **values)


def test_how_to_film_is_said_in_the_readme_as_everywhere() -> None:
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert [tip.code for tip in tips() if tip.text.replace("\N{NO-BREAK SPACE}", " ") not in readme] == []
    assert "13 to 16" in next(tip.text for tip in tips(Voice(units="imperial")) if tip.code == "whole_runner")
