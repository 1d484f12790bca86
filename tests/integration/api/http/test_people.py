"""Athletes and sessions over a real connection."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from service.server import Serve, Server, receipt, upload

ATHLETES, SESSIONS = "/v1/athletes", "/v1/sessions"
NOBODY, NEVER = f"at_{'a' * 26}", f"se_{'a' * 26}"


def add_athlete(client: httpx.Client, **fields: Any) -> dict[str, Any]:
    answer = client.post(ATHLETES, json={"name": "Ada"} | fields)
    assert answer.status_code == 201, answer.text
    return answer.json()


def add_session(client: httpx.Client, athlete: dict[str, Any], **fields: Any) -> dict[str, Any]:
    answer = client.post(SESSIONS, json={"athlete": athlete["id"], "date": "2026-11-24"} | fields)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture
def coaches(guarded: Server) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """Two clients with a key each."""
    with guarded.client(guarded.new_key()) as one, guarded.client(guarded.new_key()) as other:
        yield one, other


def test_an_athlete_is_made_read_changed_and_deleted(client: httpx.Client) -> None:
    fields = {"name": "Läufer 7", "height_m": 1.82, "units": "imperial", "notes": "left hamstring\nsince March"}
    made = client.post(ATHLETES, json=fields)
    athlete = made.json()
    assert (made.status_code, made.headers["location"]) == (201, athlete["links"]["self"])
    assert {name: athlete[name] for name in fields} == fields
    assert client.get(athlete["links"]["self"]).json() == athlete
    changed = client.patch(athlete["links"]["self"], json={"height_m": 1.8, "notes": None})
    assert changed.json() == athlete | {"height_m": 1.8, "notes": None}
    assert client.delete(athlete["links"]["self"]).status_code == 204
    gone = client.get(athlete["links"]["self"])
    assert (gone.status_code, gone.json()["code"]) == (404, "not_found")


def test_a_session_is_made_read_changed_and_deleted(client: httpx.Client) -> None:
    athlete = add_athlete(client)
    fields = {"date": "2026-03-28", "kind": "tempo", "shoes": "Racer", "speed_kmh": 12.5, "notes": "warm"}
    session = add_session(client, athlete, **fields)
    assert {name: session[name] for name in fields} == fields
    assert (session["athlete"], session["clips"]) == (athlete["id"], [])
    changed = client.patch(session["links"]["self"], json={"date": "2026-03-27", "shoes": None})
    assert changed.json() == session | {"date": "2026-03-27", "shoes": None}
    assert client.get(session["links"]["self"]).json() == changed.json()
    assert client.delete(session["links"]["self"]).status_code == 204
    assert client.get(session["links"]["self"]).status_code == 404


def test_lists_lead_from_page_to_page_and_sessions_are_filtered_by_date(client: httpx.Client) -> None:
    ada, bob = add_athlete(client), add_athlete(client, name="Bob")
    days = [f"2026-0{month}-15" for month in (4, 2, 6, 3, 5)]
    made = {day: add_session(client, ada, date=day)["id"] for day in days}
    add_session(client, bob, date="2026-04-01")

    def listed(path: str, name: str) -> list[str]:
        seen, following = [], path
        while following:
            page = client.get(following).json()
            seen += [each["id"] for each in page[name]]
            following = page["next"]
        return seen

    assert listed(f"{ATHLETES}?limit=1", "athletes") == [bob["id"], ada["id"]]
    assert listed(f"{ATHLETES}?name=Ada", "athletes") == [ada["id"]]
    assert listed(f"{ada['links']['sessions']}&limit=2", "sessions") == [made[day] for day in sorted(days)[::-1]]
    within = f"{SESSIONS}?athlete={ada['id']}&from=2026-03-15&to=2026-05-14&limit=1"
    assert listed(within, "sessions") == [made["2026-04-15"], made["2026-03-15"]]


def test_a_clip_is_uploaded_into_a_session_with_its_defaults(server: Server, client: httpx.Client) -> None:
    session = add_session(client, add_athlete(client, height_m=1.7), speed_kmh=11)
    plain = upload(client, data={"session": session["id"]}).json()
    assert (plain["session"], plain["options"]["height_m"], plain["options"]["speed_kmh"]) == (session["id"], 1.7, 11)
    own = upload(client, b"own", data={"session": session["id"], "height_m": "1.75"}).json()
    assert (own["options"]["height_m"], own["options"]["speed_kmh"]) == (1.75, 11)
    assert client.get(session["links"]["self"]).json()["clips"] == [plain["id"], own["id"]]
    listed = client.get(session["links"]["analyses"]).json()["analyses"]
    assert [each["id"] for each in listed] == [own["id"], plain["id"]]
    measured = server.begin_next()
    assert client.get(plain["links"]["self"]).json()["formcheck_version"]
    server.succeed(measured)


def test_a_clip_joins_leaves_and_outlives_a_session(client: httpx.Client) -> None:
    session = add_session(client, add_athlete(client))
    created = upload(client)
    analysis, tag = created.json(), created.headers["etag"]
    place = f"{session['links']['self']}/clips/{analysis['id']}"
    assert client.put(place).status_code == client.put(place).status_code == 204
    now = client.get(analysis["links"]["self"], headers={"If-None-Match": tag})
    assert (now.status_code, now.json()["session"]) == (200, session["id"])
    assert client.delete(place).status_code == 204
    assert client.delete(place).status_code == 404
    client.put(place)
    assert client.delete(session["links"]["athlete"]).status_code == 204
    assert client.get(session["links"]["self"]).status_code == 404
    assert client.get(analysis["links"]["self"]).json()["session"] is None


def test_another_keys_athletes_and_sessions_are_not_found(coaches: tuple[httpx.Client, httpx.Client]) -> None:
    ada, eve = coaches
    athlete = add_athlete(ada)
    session = add_session(ada, athlete)
    analysis = upload(ada, data={"session": session["id"]}).json()
    stranger = upload(eve, b"eve's").json()
    for path in (f"{ATHLETES}/{{}}", f"{SESSIONS}/{{}}"):
        own, never = (athlete["id"], NOBODY) if "athletes" in path else (session["id"], NEVER)
        for method, body in (("GET", None), ("PATCH", {"notes": "Eve"}), ("DELETE", None)):
            tried = [eve.request(method, path.format(each), json=body) for each in (own, never, "x")]
            assert {answer.status_code for answer in tried} == {404}, (method, path)
            assert len({answer.json()["detail"] for answer in tried}) == 1
    assert eve.post(f"{ATHLETES}/{athlete['id']}/remeasure").status_code == 404
    assert eve.put(f"{SESSIONS}/{session['id']}/clips/{stranger['id']}").status_code == 404
    assert eve.put(f"{SESSIONS}/{session['id']}/clips/{analysis['id']}").status_code == 404
    for refused in (
        upload(eve, b"eve's", data={"session": session["id"]}),
        eve.post(SESSIONS, json={"athlete": athlete["id"], "date": "2026-01-01"}),
    ):
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")
    assert eve.get(ATHLETES).json()["athletes"] == eve.get(SESSIONS).json()["sessions"] == []
    assert eve.get(session["links"]["analyses"]).json()["analyses"] == []
    assert ada.get(session["links"]["self"]).json()["clips"] == [analysis["id"]]


def test_a_key_needs_the_scope_and_a_visitor_of_the_page_a_key(serve: Serve) -> None:
    server = serve(auth="on", page="on")
    with server.client(server.new_key("analyses:read")) as reader:
        assert reader.get(ATHLETES).status_code == 200
        assert reader.post(ATHLETES, json={"name": "Ada"}).json()["code"] == "scope_missing"
    with server.client(receipt("a runner")) as visitor, server.client() as nobody:
        for client in (visitor, nobody):
            for answer in (client.get(ATHLETES), client.post(ATHLETES, json={"name": "Ada"}), client.get(SESSIONS)):
                assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


@pytest.mark.parametrize(
    ("path", "body", "detail"),
    [
        (ATHLETES, {}, "name: is missing"),
        (ATHLETES, [], "body: must be a JSON object"),
        (
            ATHLETES,
            {"name": ""},
            "name: must be one line of 1 to 100 characters, not blank and without control characters",
        ),
        (
            ATHLETES,
            {"name": " "},
            "name: must be one line of 1 to 100 characters, not blank and without control characters",
        ),
        (ATHLETES, {"name": "Ada", "height_m": True}, "height_m: must be between 0.9 and 2.5 metres"),
        (
            ATHLETES,
            {"name": "a\nb"},
            "name: must be one line of 1 to 100 characters, not blank and without control characters",
        ),
        (
            ATHLETES,
            {"name": "Ada", "height_m": 170},
            "height_m: must be between 0.9 and 2.5 metres; 170 looks like centimetres: use 1.7",
        ),
        (ATHLETES, {"name": "Ada", "units": "cubits"}, "units: must be metric or imperial"),
        (
            ATHLETES,
            {"name": "Ada", "notes": "x" * 2001},
            "notes: must be text of at most 2000 characters, without control characters",
        ),
        (ATHLETES, {"name": "Ada", "hight_m": 1.7}, "hight_m: is not a known field"),
        (SESSIONS, {"athlete": NOBODY}, "date: is missing"),
        (SESSIONS, {"athlete": NOBODY, "date": "2026-02-30"}, "date: must be a date such as 2026-03-28"),
        (SESSIONS, {"athlete": NOBODY, "date": 7}, "date: must be a date such as 2026-03-28"),
        (SESSIONS, {"athlete": "Ada", "date": "2026-02-03"}, "athlete: must be the id of one of your athletes"),
        (SESSIONS, {"athlete": NOBODY, "date": "2026-02-03"}, "athlete: must be the id of one of your athletes"),
        (
            SESSIONS,
            {"athlete": NOBODY, "date": "2026-02-03", "kind": "hill"},
            "kind: must be easy, tempo, intervals, race, test or other",
        ),
        (
            SESSIONS,
            {"athlete": NOBODY, "date": "2026-02-03", "speed_kmh": 90},
            "speed_kmh: must be between 1 and 45 km/h",
        ),
    ],
)
def test_a_mistake_in_a_body_gets_one_sentence(client: httpx.Client, path: str, body: object, detail: str) -> None:
    answer = client.post(path, json=body)
    assert (answer.status_code, answer.json()["code"], answer.json()["detail"]) == (422, "invalid_request", detail)


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("from=yesterday", "from: must be a date such as 2026-03-28"),
        ("to=0", "to: must be a date such as 2026-03-28"),
        ("athlete=Ada", "athlete: must be the id of one of your athletes"),
        ("cursor=zz", "cursor: is not a cursor from an earlier page; leave it out to begin with the first"),
        ("since=2026", "since: is not a parameter; the parameters are athlete, from, to, cursor, limit"),
    ],
)
def test_a_mistake_in_a_list_of_sessions_gets_one_sentence(client: httpx.Client, query: str, detail: str) -> None:
    answer = client.get(f"{SESSIONS}?{query}")
    assert (answer.status_code, answer.json()["detail"]) == (422, detail)


def test_what_cannot_be_empty_is_not_emptied(client: httpx.Client) -> None:
    athlete = add_athlete(client)
    session = add_session(client, athlete)
    for path, field in ((athlete, "name"), (athlete, "units"), (session, "date")):
        answer = client.patch(path["links"]["self"], json={field: None})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_a_request_sent_again_gets_the_same_answer_after_its_session_was_deleted(client: httpx.Client) -> None:
    session = add_session(client, add_athlete(client))
    asked = {"data": {"session": session["id"]}, "headers": {"Idempotency-Key": "monday-1"}}
    first = upload(client, **asked)
    client.delete(session["links"]["self"])
    again = upload(client, **asked)
    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])


def test_a_wrong_session_at_upload_leaves_nothing_behind(server: Server, client: httpx.Client) -> None:
    for session in (NEVER, "Tuesday"):
        answer = upload(client, data={"session": session})
        assert answer.json()["detail"] == "session: must be the id of one of your sessions"
    assert server.files() == []
