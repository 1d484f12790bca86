"""Who may do what: keys, scopes, another's data, signed links, limits, and other sites' pages."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from formcheck_api.access.security import HEADERS
from formcheck_api.http.app import create_app
from formcheck_api.operations.settings import Settings
from service.server import Serve, Server, eventually, upload

PATHS = create_app(Settings()).openapi()["paths"]
OF_AN_ANALYSIS = [
    (method.upper(), path) for path, operations in PATHS.items() if "{analysis_id}" in path for method in operations
]
NEEDS_A_KEY = [(method.upper(), path) for path in PATHS if path.startswith("/v1/analyses") for method in PATHS[path]]
NOBODYS_ID = f"an_{'a' * 26}"


@pytest.fixture
def ada(guarded: Server) -> Iterator[httpx.Client]:
    with guarded.client(guarded.new_key()) as client:
        yield client


@pytest.fixture
def eve(guarded: Server) -> Iterator[httpx.Client]:
    with guarded.client(guarded.new_key()) as client:
        yield client


@pytest.fixture
def path(guarded: Server, ada: httpx.Client) -> str:
    """Ada's analysis, which has succeeded."""
    found = upload(ada, headers={"Idempotency-Key": "one"}).headers["location"]
    guarded.succeed(guarded.begin_next())
    return found


def filled(template: str, analysis_id: str) -> str:
    return template.replace("{analysis_id}", analysis_id).replace("{name}", "left_foot_strike")


def without_id(answer: httpx.Response) -> dict:
    return answer.json() | {"request_id": None}


# --- keys


def test_without_a_good_key_every_resource_is_closed(guarded: Server, path: str) -> None:
    key = guarded.new_key()
    bad = ["", "Basic YTpi", "Bearer", "Bearer x", f"Bearer {key[:-1]}", f"Bearer {key}x", "Bearer fck_\xe9_\xe9"]
    with guarded.client() as client:
        for method, template in NEEDS_A_KEY:
            for header in bad:
                headers = {"Authorization": header.encode("latin-1")} if header else {}
                answer = client.request(method, filled(template, path.rpartition("/")[2]), headers=headers)
                assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized"), (method, template, header)
                assert answer.headers["www-authenticate"] == "Bearer"


def test_a_revoked_key_opens_nothing_any_more(guarded: Server) -> None:
    token = guarded.new_key()
    with guarded.client(token) as client:
        assert client.get("/v1/analyses").status_code == 200
        guarded.service.store.revoke_key(token.split("_")[1], datetime.now(UTC))
        assert client.get("/v1/analyses").status_code == 401


def test_a_key_does_only_what_its_scopes_say(guarded: Server, ada: httpx.Client, path: str) -> None:
    with guarded.client(guarded.new_key("analyses:read")) as reader:
        assert reader.get("/v1/analyses").status_code == 200
        for answer in (upload(reader), reader.delete(path), reader.post(f"{path}/cancel")):
            assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    with guarded.client(guarded.new_key("analyses:write")) as writer:
        assert upload(writer).status_code == 202
        assert writer.get("/v1/analyses").status_code == 403


def test_keys_that_share_clips_see_the_same_and_outlive_one_another(guarded: Server, path: str) -> None:
    store, now = guarded.service.store, datetime.now(UTC)
    (first,) = (key for key in store.list_keys() if key.revoked is None)
    shared, token = store.create_key("dashboard", ["analyses:read"], now, owner=first.owner)
    with guarded.client(token) as dashboard:
        assert [f"/v1/analyses/{each['id']}" for each in dashboard.get("/v1/analyses").json()["analyses"]] == [path]
        assert dashboard.delete(path).status_code == 403
        store.revoke_key(first.prefix, now)
        assert dashboard.get(f"{path}/report").status_code == 200
        store.revoke_key(shared.prefix, now)
        assert dashboard.get(path).status_code == 401


# --- another's data


def test_every_route_returns_not_found_for_another_owners_analysis(
    ada: httpx.Client, eve: httpx.Client, path: str
) -> None:
    before = ada.get(path).json()
    for method, template in OF_AN_ANALYSIS:
        tried = eve.request(method, filled(template, path.rpartition("/")[2]))
        nobodys = eve.request(method, filled(template, NOBODYS_ID))
        assert tried.status_code == nobodys.status_code == 404, (method, template)
        assert without_id(tried) == without_id(nobodys)
    assert ada.get(path).json() == before


def test_lists_clips_and_keys_show_no_data_of_other_owners(ada: httpx.Client, eve: httpx.Client, path: str) -> None:
    assert eve.get("/v1/analyses").json() == {"analyses": [], "next": None}
    same = upload(eve, headers={"Idempotency-Key": "one"})
    assert same.status_code == 202, "that somebody sent this clip before is nobody's business"
    assert same.json()["id"] not in path
    upload(ada, b"second")
    cursor = ada.get("/v1/analyses?limit=1").json()["next"]
    assert [each["id"] for each in eve.get(cursor).json()["analyses"]] in ([], [same.json()["id"]])


# --- signed links


def test_signed_links_show_pages_and_pictures_without_a_key(guarded: Server, ada: httpx.Client, path: str) -> None:
    links = ada.get(path).json()["links"]
    picture = ada.get(links["frames"]).json()["frames"][0]["links"]["image"]
    with guarded.client() as nobody:
        page = nobody.get(links["report_html"])
        video = re.search('src="([^"]+)"', page.text)[1].replace("&amp;", "&")
        for link in (links["report_html"], links["overlay"], picture, video):
            assert nobody.get(link).status_code == 200
        assert nobody.get(links["overlay"], headers={"Range": "bytes=0-9"}).status_code == 206
        assert nobody.get(links["report"]).status_code == 401


def test_an_altered_link_shows_nothing(guarded: Server, ada: httpx.Client, eve: httpx.Client, path: str) -> None:
    link = ada.get(path).json()["links"]["overlay"]
    query = link.partition("?")[2]
    expires = int(re.search(r"expires=(\d+)", query)[1])
    other = upload(eve, b"eve's").headers["location"]
    altered = [
        link.replace("overlay.mp4", "report.html"),
        link.replace("overlay.mp4", "frames/left_foot_strike.jpg"),
        link.replace(str(expires), str(expires + 1)),
        link.replace(str(expires), f"0{expires}"),
        link.replace(str(expires), "never"),
        link[:-1] + ("A" if link[-1] != "A" else "E"),
        link + "%C3%A9",
        f"{other}/overlay.mp4?{query}",
    ]
    with guarded.client() as nobody:
        for attempt in altered:
            answer = nobody.get(attempt)
            assert (answer.status_code, answer.json()["code"]) == (403, "link_invalid"), attempt
        for closed in (f"{path}?{query}", f"{path}/report?{query}"):
            assert nobody.get(closed).status_code == 401
        assert nobody.delete(f"{path}?{query}").status_code == 401


def test_a_link_ends_with_its_time_and_with_its_analysis(serve: Serve) -> None:
    server = serve(auth="on", link_ttl_s=1)
    with server.client(server.new_key()) as ada, server.client() as nobody:
        path = upload(ada).headers["location"]
        server.succeed(server.begin_next())
        link = ada.get(path).json()["links"]["overlay"]
        eventually(lambda: nobody.get(link).status_code == 403)
        assert ada.get(link).status_code == 200, "with a key an old link is an address like any other"
        fresh = ada.get(path).json()["links"]["overlay"]
        ada.delete(path)
        assert nobody.get(fresh).status_code in (403, 404)


# --- limits


def test_too_many_requests_of_a_key_have_to_wait_and_others_do_not(serve: Serve) -> None:
    server = serve(auth="on", rate_limit_per_min=60)
    with server.client(server.new_key()) as ada, server.client(server.new_key()) as eve:
        while (answer := ada.get("/v1/analyses")).status_code == 200:
            pass
        assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
        assert eve.get("/v1/analyses").status_code == 200
        assert answer.headers["retry-after"] == "1"  # of sixty a minute; that it is enough is shown below


def test_guessing_keys_is_slowed_down_without_blocking_other_clients(serve: Serve) -> None:
    server = serve(auth="on", rate_limit_per_min=20)
    with server.client("fck_aaaaaaaa_guess") as eve, server.client(server.new_key()) as ada:
        answers = [eve.get("/v1/analyses").status_code for _ in range(25)]
        assert ada.get("/v1/analyses").status_code == 200, "the same address, as behind a proxy"
    assert answers[0] == 401
    assert answers[-1] == 429


@pytest.mark.parametrize(
    "path",
    ["/v1/analyses/{0}", "/runs/{0}", "/runs/{0}/steps.csv", "/runs/{0}/pictures.zip", "/compare?first={0}&second={0}"],
)
@pytest.mark.slow
def test_an_address_without_a_key_has_to_wait_on_the_page_too(serve: Serve, path: str) -> None:
    server = serve(auth="on", page="on", rate_limit_per_min=5)
    with server.client() as client, server.client(server.new_key()) as coach:
        statuses = [client.get(path.format("an_" + "a" * 26)).status_code for _ in range(8)]
        assert coach.get("/v1/analyses").status_code == 200
    assert statuses[0] in (401, 404)
    assert statuses[-1] == 429


# --- browsers


def test_without_keys_another_sites_page_is_refused(server: Server, client: httpx.Client) -> None:
    evil = [
        {"Host": "evil.example"},
        {"Host": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"},  # a form that leads here
    ]
    for headers in evil:
        answer = upload(client, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin"), headers
    port = server.url.rpartition(":")[2]
    ours = [
        {"Host": f"localhost:{port}", "Origin": f"http://localhost:{port}"},
        {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"},
    ]
    for headers in ours:
        assert client.get("/v1/analyses", headers=headers).status_code == 200, headers


def test_browsers_of_other_origins_are_let_in_by_setting_only(serve: Serve) -> None:
    coach = {"Origin": "https://coach.example", "Access-Control-Request-Method": "POST"}
    for server, allowed in ((serve(auth="on"), None), (serve(auth="on", cors_origins="https://coach.example"), coach)):
        answer = httpx.options(f"{server.url}/v1/analyses", headers=coach)
        assert answer.headers.get("access-control-allow-origin") == (allowed and allowed["Origin"])
        other = httpx.options(f"{server.url}/v1/analyses", headers=coach | {"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers


def test_every_answer_has_the_security_headers(guarded: Server, ada: httpx.Client, path: str) -> None:
    answers = [ada.get(path), ada.get("/nothing"), ada.put(path), ada.get("/healthz"), httpx.get(guarded.url + path)]
    answers += [ada.get(f"{path}/report.html"), ada.get(f"{path}/overlay.mp4"), ada.get("/problems")]
    for answer in answers:
        assert set(map(str.lower, HEADERS)) <= set(answer.headers), answer.request.url
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert {"camera=(self)", "microphone=()"} <= set(answer.headers["permissions-policy"].split(", "))
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_no_response_contains_a_path_of_the_machine(guarded: Server, ada: httpx.Client, path: str) -> None:
    (blob,) = guarded.service.settings.data_dir.glob("blobs/**/report.html")
    blob.unlink()
    asked = [path, f"{path}/report", f"{path}/report.html", f"{path}/frames", "/v1/analyses", "/metrics", "/problems"]
    for answer in map(ada.get, asked):
        assert str(guarded.service.settings.data_dir) not in answer.text
        assert "Traceback" not in answer.text
        assert ".py" not in answer.text
