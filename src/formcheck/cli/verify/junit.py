"""JUnit XML, the form in which Jenkins, GitLab and GitHub's actions show test results."""

import re
from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree as ET

from formcheck.cli.verify.compare import Check, Outcome

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Letters that XML 1.0 cannot hold, section 2.2."""


def junit_xml(results: Sequence[tuple[Outcome, tuple[Check, ...]]], *, version: str, model: str) -> str:
    """Return one testsuite for each clip and in it one testcase for each check."""
    root = ET.Element("testsuites", name="formcheck verify")
    for outcome, checks in results:
        root.append(_suite(outcome, checks, {"formcheck": version, "model": model}))
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    root.set("time", f"{sum(outcome.seconds for outcome, _ in results):.3f}")
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(outcome: Outcome, checks: tuple[Check, ...], labels: dict[str, str]) -> ET.Element:
    verdicts = [check.verdict for check in checks]
    suite = ET.Element(
        "testsuite",
        name=_clean(outcome.case.name),
        tests=str(max(len(checks), 1 if outcome.failure else 0)),
        failures=str(verdicts.count("differs")),
        errors="1" if outcome.failure else "0",
        skipped=str(verdicts.count("known miss")),
        time=f"{outcome.seconds:.3f}",
    )
    properties = ET.SubElement(suite, "properties")
    for name, value in labels.items():
        ET.SubElement(properties, "property", name=name, value=_clean(value))
    if outcome.failure:
        case = ET.SubElement(suite, "testcase", classname=_clean(outcome.case.name), name="analysis", time="0")
        ET.SubElement(case, "error", message=_clean(outcome.failure), type="analysis")
    for check in checks:
        _testcase(suite, outcome.case.name, check)
    return suite


def _testcase(suite: ET.Element, clip: str, check: Check) -> None:
    case = ET.SubElement(suite, "testcase", classname=_clean(clip), name=_clean(check.name), time="0")
    if check.verdict == "differs":
        failure = ET.SubElement(case, "failure", message=_clean(check.why), type="difference")
        failure.text = _clean(check.words)
    elif check.verdict == "known miss":
        ET.SubElement(case, "skipped", message=_clean(check.why))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("?", text)
