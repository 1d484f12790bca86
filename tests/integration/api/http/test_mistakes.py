"""What is wrong with a request: one sentence for each mistake that says what to send, and no pattern or type."""

import json
import re

import httpx
import pytest
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel, ValidationError

from formcheck.words.catalogue import ENGLISH
from formcheck_api.http.app import create_app
from formcheck_api.http.routes.page.runs import Look
from formcheck_api.http.wire.people.schemas import AthleteChanges, NewAthlete, NewSession, SessionChanges
from formcheck_api.http.wire.schemas import AnalysisForm
from formcheck_api.operations.settings import Settings
from formcheck_api.records.mistakes import sentence
from service.server import Server, upload

ANALYSES = "/v1/analyses"
SECONDS = "wait: must be a number of seconds from 0 to 3600"
PAGE_SIZE = "limit: must be a whole number from 1 to 200"
OF_LISTS = "is not a parameter; the parameters are label, state, session, cursor, limit"
JUNK = (
    "",
    "\x00",
    "x" * 2000,
    "nan",
    "inf",
    "-1",
    "1e9",
    "9" * 5000,
    None,
    [],
    [1],
    {},
    {"a": 1},
    True,
    -1,
    0.5,
    1e300,
)
JARGON = re.compile(r"[\^\\{}$]|\b(?:str|int|float|dict|list_|Input|String|List|None|NaN|type|validation|pattern)\b")


@pytest.mark.parametrize(
    ("method", "path", "detail"),
    [
        *(("GET", f"{ANALYSES}/an_{'a' * 26}?wait={value}", None) for value in ("0", "3600")),
        *(("POST", f"{ANALYSES}?wait={value}", SECONDS) for value in ("nan", "-1", "1e9", "inf", "soon", "")),
        *(("GET", f"{ANALYSES}?limit={value}", PAGE_SIZE) for value in ("nan", "0", "201", "1.5", "")),
        *(("GET", f"{ANALYSES}?limit={value}", None) for value in ("1", "200")),
        ("GET", f"{ANALYSES}?state=done", "state: must be queued, running, succeeded, failed or cancelled"),
        (
            "GET",
            f"{ANALYSES}?label=%0A",
            "label: must be one line of at most 200 characters, without control characters",
        ),
        *(
            (
                "GET",
                f"{ANALYSES}?cursor={value}",
                "cursor: is not a cursor from an earlier page; leave it out to begin with the first",
            )
            for value in ("", "zz", "z" * 501)
        ),
        (
            "GET",
            f"{ANALYSES}?wat=1",
            "wat: is not a parameter; the parameters are label, state, session, cursor, limit",
        ),
        ("GET", f"{ANALYSES}?limit=1&limit=2", "limit: was given twice"),
        (
            "GET",
            f"{ANALYSES}?a%0Ab=1",
            f"a\\nb: {OF_LISTS}",
        ),
    ],
)
def test_a_wrong_word_in_an_address_gets_one_sentence(
    client: httpx.Client, method: str, path: str, detail: str | None
) -> None:
    answer = client.request(method, path)
    if detail is None:
        assert answer.status_code in (200, 404)
    else:
        assert (answer.status_code, answer.json()["detail"]) == (422, detail)


@pytest.mark.parametrize("key", [b"", b"x" * 201, b"two words", "\u00e4".encode()])
def test_a_wrong_idempotency_key_gets_one_sentence(client: httpx.Client, key: bytes) -> None:
    answer = client.post(ANALYSES, headers={"Idempotency-Key": key})
    expected = "Idempotency-Key: must be 1 to 200 letters, digits or signs of ASCII, without spaces"
    assert (answer.status_code, answer.json()["detail"]) == (422, expected)


@pytest.mark.parametrize(
    ("path", "body", "detail"),
    [
        ("/look", [], "body: must be a JSON object"),
        ("/look", {}, "pictures: is missing"),
        ("/look", {"pictures": ["a"] * 9}, "pictures: must be a list of at most 8 JPEG pictures in base64"),
        ("/look", {"pictures": [1]}, "pictures: must be a list of at most 8 JPEG pictures in base64"),
        ("/look", {"pictures": [], "scale": 0}, "scale: must be a number above 0"),
        ("/look", {"pictures": [], "scale": float("inf")}, "scale: must be a number above 0"),
    ],
)
def test_a_wrong_value_in_a_body_gets_one_sentence(client: httpx.Client, path: str, body: object, detail: str) -> None:
    answer = client.post(path, content=json.dumps(body))
    assert (answer.status_code, answer.json()["detail"]) == (422, detail)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"height_m": "178"},
            "height_m: must be between 0.9 and 2.5 metres; 178 looks like centimetres: use 1.78",
        ),
        ({"height_m": "nan"}, "height_m: must be between 0.9 and 2.5 metres"),
        ({"speed_kmh": "fast"}, "speed_kmh: must be between 1 and 45 km/h"),
        ({"incline_pct": "inf"}, "incline_pct: must be between -20 and 45 percent"),
        ({"label": "Ada\nLovelace"}, "label: must be one line of at most 200 characters, without control characters"),
        ({"label": "two\u2028lines"}, "label: must be one line of at most 200 characters, without control characters"),
        ({"blur_faces": "1"}, "blur_faces: must be true or false"),
        ({"label": "x" * 201}, "label: must be one line of at most 200 characters, without control characters"),
        ({"model": "best"}, "model: must be lite, full or heavy"),
        ({"from_s": "9", "to_s": "3"}, "to_s: must be later than from_s"),
        ({"from_s": "3", "to_s": "3"}, "to_s: must be later than from_s"),
    ],
)
def test_a_mistake_is_one_sentence_that_says_what_is_valid(
    server: Server, client: httpx.Client, fields: dict[str, str], sentence: str
) -> None:
    answer = upload(client, data=fields)
    assert (answer.status_code, answer.json()["detail"]) == (422, sentence)
    assert server.files() == []


def test_whatever_is_sent_as_a_parameter_no_pattern_type_or_phrase_of_a_library_comes_back() -> None:
    routes = [context.route for context in iter_route_contexts(create_app(Settings(page="on")).routes)]
    found = [get_flat_params(route.dependant) for route in routes if isinstance(route, APIRoute)]
    parameters = [each for some in found for each in some]
    errors = [error for each in parameters for junk in JUNK for error in each.validate(junk, loc=(each.alias,))[1]]
    assert len(parameters) > 30
    assert len(errors) > 40
    assert [(error, sentence(error)) for error in errors if JARGON.search(sentence(error))] == []
    limited = [error for error in errors if isinstance(error["input"], str)]  # what can come over the wire
    assert [error for error in limited if sentence(error) == ENGLISH.say("mistake.other")] == []


@pytest.mark.parametrize("model", [AnalysisForm, Look, NewAthlete, AthleteChanges, NewSession, SessionChanges])
def test_whatever_is_sent_in_a_body_every_field_of_it_has_a_sentence_of_its_own(model: type[BaseModel]) -> None:
    for name in model.model_fields:
        for junk in JUNK:
            with_junk = {name: junk}
            try:
                model.model_validate(with_junk)
            except ValidationError as error:
                said = [sentence(each) for each in error.errors()]
                assert [each for each in said if JARGON.search(each) or each == ENGLISH.say("mistake.other")] == []
