"""What changed between clips and sessions, over a real connection; the reports are made up, the rest is real."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from formcheck import __version__, compare
from formcheck.records.report import Proportion, Report
from formcheck.report.schema import comparison_to_json, report_from_json, report_to_json
from formcheck.words.reasons import reason
from reached import reached, report_file
from service.server import Server, upload

Record = dict[str, Any]
COMPARISONS = "/v1/comparisons"


def measure(server: Server, client: httpx.Client, content: bytes, report: Report, **form: str) -> str:
    """The id of a clip that is uploaded and gets this report."""
    analysis_id = upload(client, content, data=form).json()["id"]
    assert server.begin_next() == analysis_id
    server.succeed(analysis_id, report_file(report))
    return analysis_id


@pytest.fixture
def athlete(client: httpx.Client) -> Record:
    return client.post("/v1/athletes", json={"name": "Ada"}).json()


def session_of(client: httpx.Client, athlete: Record, day: str) -> str:
    return client.post("/v1/sessions", json={"athlete": athlete["id"], "date": day}).json()["id"]


def of_athlete(server: Server, client: httpx.Client, athlete: Record, *days: tuple[str, Report]) -> list[str]:
    """Sessions with a clip each."""
    made = [session_of(client, athlete, day) for day, _ in days]
    for session, (day, report) in zip(made, days, strict=True):
        measure(server, client, day.encode(), report, session=session)
    return made


def trend_of(client: httpx.Client, athlete: Record, **asked: str) -> Record:
    answer = client.get(athlete["links"]["trend"], params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


# --- comparisons


def test_two_analyses_are_compared_as_the_core_does(server: Server, client: httpx.Client) -> None:
    reports = reached(0.27), reached(0.23)
    before, after = (measure(server, client, bytes([n]), report) for n, report in enumerate(reports))
    found = client.get(COMPARISONS, params={"before": before, "after": after}).json()
    assert found.pop("verdict").startswith("Your foot lands closer: 4\N{NO-BREAK SPACE}% of leg less")
    stored = [report_from_json(report_to_json(report)) for report in reports]  # rounded
    assert found == comparison_to_json(compare(*stored))


def test_several_clips_a_side_show_a_smaller_change(server: Server, client: httpx.Client) -> None:
    def ids(reach: float, name: str) -> list[str]:
        return [measure(server, client, f"{name}{n}".encode(), reached(reach)) for n in range(4)]

    before, after = ids(0.250, "before"), ids(0.232, "after")

    def verdict(count: int) -> str:
        asked = {"before": ",".join(before[:count]), "after": ",".join(after[:count])}
        return client.get(COMPARISONS, params=asked).json()["differences"][0]["verdict"]

    assert (verdict(1), verdict(4)) == ("no_change_larger_than", "changed")


def test_a_session_stands_for_its_clips_each_once(server: Server, client: httpx.Client, athlete: Record) -> None:
    march, april = session_of(client, athlete, "2026-03-28"), session_of(client, athlete, "2026-04-25")
    old = measure(server, client, b"1", reached(0.5), session=march)
    measure(server, client, b"2", reached(0.27), session=march)
    measure(server, client, b"1", reached(0.27), session=march, height_m="1.7")  # the same clip again
    measure(server, client, b"3", reached(0.23), session=april)
    found = client.get(COMPARISONS, params={"before": march, "after": april}).json()
    assert (len(found["before"]), len(found["after"])) == (2, 1)
    assert found["differences"][0]["before"] == pytest.approx(0.27)
    both = client.get(COMPARISONS, params={"before": f"{march},{old}", "after": april}).json()
    assert len(both["before"]) == 3


def test_what_cannot_be_compared_is_an_answer_and_says_why(server: Server, client: httpx.Client) -> None:
    slow, fast = reached(0.25, speed_kmh=9), reached(0.25, speed_kmh=13)
    stranger = replace(slow, proportions={"thigh_to_shank": Proportion(1.3, 0.01)})
    ids = [measure(server, client, bytes([n]), report) for n, report in enumerate((slow, fast, stranger))]
    for after, code in ((ids[1], "compared_speeds_differ"), (ids[2], "another_runner")):
        answer = client.get(COMPARISONS, params={"before": ids[0], "after": after})
        assert (answer.status_code, answer.json()["refused"]["code"]) == (200, code)
        assert answer.json()["verdict"] == answer.json()["refused"]["message"]


def test_what_has_no_report_yet_says_when_to_ask_again(server: Server, client: httpx.Client, athlete: Record) -> None:
    done, session = measure(server, client, b"1", reached(0.25)), session_of(client, athlete, "2026-03-28")
    waiting = upload(client, b"2", data={"session": session}).json()["id"]
    for after in (waiting, session):
        answer = client.get(COMPARISONS, params={"before": done, "after": after})
        assert (answer.status_code, answer.json()["code"]) == (409, "not_finished")
        assert int(answer.headers["retry-after"]) > 0
    server.fail(server.begin_next())
    for after in (waiting, session):
        answer = client.get(COMPARISONS, params={"before": done, "after": after})
        assert (answer.status_code, answer.json()["code"]) == (409, "no_report")


@pytest.fixture
def keyed(guarded: Server) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    with guarded.client(guarded.new_key()) as ada, guarded.client(guarded.new_key()) as eve:
        yield ada, eve


def test_another_keys_clips_are_not_compared(guarded: Server, keyed: tuple[httpx.Client, httpx.Client]) -> None:
    ada, eve = keyed
    session = session_of(ada, ada.post("/v1/athletes", json={"name": "Ada"}).json(), "2026-03-28")
    hers = measure(guarded, ada, b"1", reached(0.25), session=session)
    own = measure(guarded, eve, b"2", reached(0.25))
    for theirs in (hers, session, "an_" + "a" * 26, "se_" + "a" * 26):
        answer = eve.get(COMPARISONS, params={"before": own, "after": theirs})
        assert answer.status_code == 422
        assert answer.json()["errors"] == [
            {"field": "after", "detail": f"{theirs} is not the id of one of your analyses or sessions"}
        ]


@pytest.mark.parametrize("ids", ["", "run.mp4", ",", "at_" + "a" * 26, ",".join(["an_" + "a" * 26] * 13)])
def test_what_is_no_list_of_ids_is_refused(client: httpx.Client, ids: str) -> None:
    answer = client.get(COMPARISONS, params={"before": ids, "after": "an_" + "a" * 26})
    expected = "before: must be 1 to 12 ids of your analyses or sessions, separated by commas"
    assert (answer.status_code, answer.json()["detail"]) == (422, expected)


# --- trends


def test_a_trend_has_a_point_a_session_and_the_verdict_since_the_first_and_the_last(
    server: Server, client: httpx.Client, athlete: Record
) -> None:
    days = ("2026-03-01", reached(0.27)), ("2026-04-01", reached(0.235)), ("2026-05-01", reached(0.23))
    sessions = of_athlete(server, client, athlete, *days)
    session_of(client, athlete, "2026-05-02")  # nothing filmed
    found = trend_of(client, athlete)
    assert [(each["session"], each["date"], each["value"], each["clips"]) for each in found["points"]] == [
        (session, day, reach, 1) for session, (day, _), reach in zip(sessions, days, (0.27, 0.235, 0.23), strict=True)
    ]
    low, high = found["points"][0]["interval95"]
    assert (low, high) == pytest.approx((0.27 - 0.042, 0.27 + 0.042), abs=1e-3)
    assert (found["unit"], found["formcheck_version"], found["model"]) == ("leg_length", "0.2.0", "full")
    assert found["since_first"]["verdict"].startswith("Your foot lands closer: 4")
    assert [each["verdict"] for each in found["since_first"]["differences"]] == ["changed"]
    assert [each["verdict"] for each in found["since_previous"]["differences"]] == ["no_change_larger_than"]
    since_april = trend_of(client, athlete, **{"from": "2026-04-01"})
    assert [each["session"] for each in since_april["points"]] == sessions[1:]


def test_more_clips_a_session_narrow_its_point(server: Server, client: httpx.Client, athlete: Record) -> None:
    session = session_of(client, athlete, "2026-03-01")
    widths = []
    for number in range(3):
        measure(server, client, bytes([number]), reached(0.25), session=session)
        (point,) = trend_of(client, athlete)["points"]
        widths.append(point["interval95"][1] - point["interval95"][0])
        assert point["clips"] == number + 1
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] > 2 * 1.96 * 0.02, "the runner's own part stays, however many clips there are"


@pytest.mark.parametrize(
    ("other", "code"),
    [({"version": "0.1.0"}, "compared_versions_differ"), ({"model": "heavy"}, "compared_models_differ")],
)
def test_a_trend_mixes_no_versions_and_no_models(
    server: Server, client: httpx.Client, athlete: Record, other: dict[str, str], code: str
) -> None:
    older = reached(0.35, created="2026-03-01T10:00:00Z", **other)
    of_athlete(server, client, athlete, ("2026-03-01", older), ("2026-04-01", reached(0.25)))
    found = trend_of(client, athlete)
    first, last = found["points"]
    assert (first["comparable"], first["reason"]["code"], first["value"]) == (False, code, 0.35)
    assert (last["comparable"], last["reason"]) == (True, None)
    assert (found["since_first"], found["since_previous"]) == (None, None)


def test_measuring_again_brings_an_older_session_back_into_the_trend(
    server: Server, client: httpx.Client, athlete: Record
) -> None:
    older = reached(0.35, created="2026-03-01T10:00:00Z", version="0.1.0")
    march = session_of(client, athlete, "2026-03-01")
    first = upload(client, b"march", data={"session": march}).json()["id"]
    server.begin_next(formcheck_version="0.1.0")
    server.succeed(first, report_file(older))
    measure(
        server, client, b"april", reached(0.25, version=__version__), session=session_of(client, athlete, "2026-04-01")
    )
    answer = client.post(f"{athlete['links']['self']}/remeasure")
    (queued,) = answer.json()["queued"]
    assert (answer.status_code, queued["session"], queued["state"]) == (202, march, "queued")
    assert not trend_of(client, athlete)["points"][0]["comparable"], "the old report stands until the new one is there"
    server.begin_next()
    server.succeed(queued["id"], report_file(reached(0.29, version=__version__)))
    found = trend_of(client, athlete)
    assert [(each["value"], each["comparable"]) for each in found["points"]] == [(0.29, True), (0.25, True)]
    assert found["since_first"]["differences"][0]["verdict"] == "changed"
    assert client.get(f"/v1/analyses/{first}/report").json()["formcheck_version"] == "0.1.0"
    again = client.post(f"{athlete['links']['self']}/remeasure").json()
    assert (again["queued"], len(again["current"]), again["gone"]) == ([], 2, [])


def test_a_session_whose_number_was_withheld_has_a_point_that_says_why(
    server: Server, client: httpx.Client, athlete: Record
) -> None:
    report = reached(0.25)
    lean = report.measures["trunk_lean"]
    withheld = replace(lean, headline=replace(lean.headline, withheld=reason("not_side_view")))
    silent = replace(report, measures={**report.measures, "trunk_lean": withheld})
    of_athlete(server, client, athlete, ("2026-03-01", report), ("2026-04-01", silent), ("2026-05-01", report))
    found = trend_of(client, athlete, measure="trunk_lean")
    point = found["points"][1]
    assert (point["value"], point["interval95"], point["clips"]) == (None, [None, None], 0)
    assert (point["comparable"], point["reason"]["code"]) == (True, "not_side_view")
    assert found["since_previous"]["verdict"].startswith("Trunk lean: no change larger than")


def test_a_measure_beside_the_headlines_has_its_own_verdict(
    server: Server, client: httpx.Client, athlete: Record
) -> None:
    of_athlete(server, client, athlete, ("2026-03-01", reached(0.25)), ("2026-04-01", reached(0.25)))
    assert trend_of(client, athlete, measure="cadence")["since_first"]["verdict"].startswith("Cadence: no change")


def test_an_athlete_without_clips_has_an_empty_trend(client: httpx.Client, athlete: Record) -> None:
    found = trend_of(client, athlete)
    assert (found["points"], found["formcheck_version"], found["since_first"]) == ([], None, None)
    wrong = client.get(athlete["links"]["trend"], params={"measure": "belt_speed"})
    assert wrong.json()["detail"].startswith("measure: must be foot_ahead_of_hip, trunk_lean, ")
