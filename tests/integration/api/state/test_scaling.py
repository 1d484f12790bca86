"""What the manifests and the monitoring files name exists: settings, commands, queues, metrics, and KEDA's figures."""

import argparse
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml
from sqlalchemy import create_engine, text

from formcheck_api.http.commands import add_commands
from formcheck_api.operations.settings import Settings
from formcheck_api.records.analyses import Options
from formcheck_api.store.store import Store, store_of
from places import ROOT
from service.accepting import OWNER, accept
from service.postgres import empty
from service.server import upload

MONITORING = ROOT / "docs" / "monitoring"
MANIFESTS = [
    each
    for file in sorted((ROOT / "docs" / "kubernetes").glob("*.yaml"))
    for each in yaml.safe_load_all(file.read_text(encoding="utf-8"))
]
CONTAINERS = [
    (each["metadata"]["name"], each["spec"]["template"]["spec"], container)
    for each in MANIFESTS
    if each["kind"] in ("Deployment", "Job")
    for container in each["spec"]["template"]["spec"]["containers"]
]


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [each for each in MANIFESTS if each["kind"] == kind]


def test_every_container_runs_a_command_that_there_is() -> None:
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_commands(parser.add_subparsers(required=True))
    assert [parser.parse_args(container["args"]).run.__name__ for _, _, container in CONTAINERS]


def test_every_setting_in_the_manifests_is_one() -> None:
    named = {name for each in of_kind("ConfigMap") for name in each["data"]}
    named |= {each["name"] for _, _, container in CONTAINERS for each in container.get("env", ())}
    known = {f"FORMCHECK_{name}".upper() for name in Settings.model_fields}
    assert {name for name in named if name.startswith("FORMCHECK_")} <= known


def test_a_pod_is_given_longer_to_end_than_its_analyses() -> None:
    for name, pod, container in CONTAINERS:
        grace_s = [int(each["value"]) for each in container.get("env", ()) if each["name"] == "FORMCHECK_STOP_GRACE_S"]
        sleep_s = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        assert all(pod["terminationGracePeriodSeconds"] > each + sleep_s + 10 for each in grace_s), name


def test_what_is_selected_or_scaled_is_there() -> None:
    apps = {each["metadata"]["name"] for each in of_kind("Deployment")}
    selected = [each["spec"]["selector"]["app"] for each in of_kind("Service")]
    selected += [each["spec"]["selector"]["matchLabels"]["app"] for each in of_kind("PodDisruptionBudget")]
    selected += [each["spec"]["scaleTargetRef"]["name"] for each in of_kind("ScaledObject")]
    assert set(selected) == apps


@pytest.mark.slow
def test_the_queries_of_keda_give_what_waits(postgres: str) -> None:
    url = empty(postgres)
    store: Store = store_of(url)
    queries = {
        each["metadata"]["name"]: [trigger["metadata"]["query"] for trigger in each["spec"]["triggers"]]
        for each in of_kind("ScaledObject")
    }
    assert figures(url, queries) == {"formcheck-work": [0, 0], "formcheck-work-long": [0]}
    now = datetime.now(UTC)
    for number in range(3):
        accept(store, f"clip {number}", now=now - timedelta(seconds=100))
    accept(store, "clip", owner=OWNER, now=now, options=Options(model="heavy"))
    assert store.claim("1/1", now) is not None
    found = figures(url, queries)
    assert found["formcheck-work"][0] == 3  # one runs, two wait
    assert found["formcheck-work"][1] == pytest.approx(100, abs=60)
    assert found["formcheck-work-long"] == [1]
    store.close()


def figures(url: str, queries: dict[str, list[str]]) -> dict[str, list[float]]:
    engine = create_engine(url)
    with engine.connect() as db:
        found = {name: [float(db.execute(text(each)).scalar_one()) for each in all_] for name, all_ in queries.items()}
    engine.dispose()
    return found


@pytest.mark.parametrize("name", ["alerts.yaml", "dashboard.json"])
def test_every_metric_that_is_watched_is_exposed(server, client, name: str) -> None:
    upload(client)
    server.fail(server.begin_next())
    shown = {line.split()[2] for line in client.get("/metrics").text.splitlines() if line.startswith("# TYPE")}
    wanted = set(re.findall(r"formcheck_[a-z_]+", json.dumps(yaml.safe_load((MONITORING / name).read_text()))))
    assert wanted
    assert {re.sub(r"_(bucket|sum|count)$", "", each) for each in wanted} - shown == set()
