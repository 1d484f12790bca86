"""Whose turn it is, how many of one owner run at a time, and how much one may use."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from formcheck_api.records.analyses import Analysis, Cancelled, Options, Succeeded
from formcheck_api.records.sharing import LONG, UNLIMITED, Quota, Sharing, Used
from formcheck_api.store.clients.quota import QuotaExceededError
from formcheck_api.store.database import open_database, upgrade_database
from formcheck_api.store.store import Store
from service.accepting import NOW, clip_of

DONE = Succeeded("artefacts/x/y", ("report.json",))
Begin = Callable[[], Analysis | None]


def send(
    store: Store, owner: str, word: str, *, bulk: bool = False, quota: Quota = UNLIMITED, model: str = "full"
) -> Analysis:
    options, clip = Options(model=model), clip_of(word)
    return store.create(owner, None, options, clip, request=None, now=NOW, bulk=bulk, quota=quota).analysis


@pytest.fixture
def begin(store: Store) -> Begin:
    """Begin what is next: what the engine gives out on PostgreSQL, what the store does on SQLite."""
    return lambda: begin_next(store)


def begin_next(store: Store, *queues: str) -> Analysis | None:
    """The next of these queues, or of all; on SQLite there is one worker for all."""
    if not store.has_engine:
        return store.claim(f"process/{store.count_states()}", NOW)
    with store._writing() as db:
        worker = db.execute(text("SELECT worker_id FROM procrastinate_register_worker_v1()")).scalar_one()
        fetch = text("SELECT id FROM procrastinate_fetch_job_v2(:queues, :worker)")
        job = db.execute(fetch, {"queues": list(queues) or None, "worker": worker}).scalar()
    return None if job is None else store.claim(f"{worker}/{job}", NOW, job=job)


def order(store: Store, count: int) -> list[str]:
    """The owners of the next so many."""
    return [analysis.owner for _ in range(count) if (analysis := begin_next(store)) is not None]


@pytest.mark.slow
def test_one_clip_of_another_key_begins_next_behind_five_hundred_of_a_batch(store: Store, begin: Begin) -> None:
    for number in range(500):
        send(store, "ada", f"clip {number}", bulk=True)
    assert begin().owner == "ada"
    one = send(store, "bob", "the one")
    assert store.position(one.id) == 0
    assert begin().id == one.id


def test_owners_take_turns_whoever_has_more_waiting(store: Store) -> None:
    for number in range(4):
        send(store, "ada", f"ada {number}")
    assert order(store, 1) == ["ada"]
    for number in range(2):
        send(store, "bob", f"bob {number}")
    assert order(store, 5) == ["bob", "ada", "bob", "ada", "ada"]


def test_a_long_clip_takes_turns_with_long_ones_and_lets_no_one_wait_behind_its_owners_usual_ones(
    store: Store,
) -> None:
    for number in range(5):
        send(store, "ada", f"ada {number}")
    assert begin_next(store, "clips").owner == "ada"
    long = send(store, "ada", "ada long", model="heavy")
    assert begin_next(store, "long").id == long.id
    bob = send(store, "bob", "bob")
    assert store.position(bob.id) == 0
    assert begin_next(store, "clips").id == bob.id


def test_a_queue_that_was_empty_begins_where_the_other_has_got_to(store: Store) -> None:
    for number in range(5):
        send(store, "ada", f"ada {number}")
    assert order(store, 4) == ["ada"] * 4
    for number in range(2):
        send(store, "bob", f"bob {number}", model="heavy")
    assert order(store, 3) == ["bob", "ada", "bob"]


def test_what_a_person_waits_for_goes_before_every_batch(store: Store) -> None:
    send(store, "ada", "batch", bulk=True)
    send(store, "ada", "now")
    send(store, "bob", "batch", bulk=True)
    send(store, "bob", "now")
    begun = [begin_next(store) for _ in range(4)]
    assert [(each.owner, each.turn >= 2**30) for each in begun] == [
        ("ada", False),
        ("bob", False),
        ("ada", True),
        ("bob", True),
    ]


@pytest.mark.parametrize("end", ["finished", "cancelled"])
def test_an_owner_has_no_more_running_than_allowed_and_the_next_begins_when_one_ends(
    database_url: str, end: str
) -> None:
    engine = open_database(database_url)
    upgrade_database(engine)
    store = Store(engine, Sharing(most_running=2))
    for number in range(4):
        send(store, "ada", f"ada {number}")
    send(store, "bob", "bob")
    first, *_ = begun = [begin_next(store) for _ in range(4)]
    assert [each and each.owner for each in begun] == ["ada", "bob", "ada", None]
    if end == "finished":
        store.finish(first.id, first.worker, DONE, NOW)
    else:
        store.cancel("ada", first.id, NOW)
        store.finish(first.id, first.worker, Cancelled(), NOW)
    assert order(store, 2) == ["ada"]
    engine.dispose()


def test_what_a_person_waits_for_takes_the_place_of_the_same_owners_batch(database_url: str) -> None:
    engine = open_database(database_url)
    upgrade_database(engine)
    store = Store(engine, Sharing(most_running=2))
    batch = [send(store, "ada", f"batch {number}", bulk=True) for number in range(3)]
    first = begin_next(store)
    one = send(store, "ada", "now")
    begun = [begin_next(store), begin_next(store)]
    assert [each and each.id for each in begun] == [one.id, None]
    store.finish(first.id, first.worker, DONE, NOW)
    assert begin_next(store).id == batch[1].id
    engine.dispose()


def test_large_clips_and_the_heavy_model_wait_in_a_queue_of_their_own(store: Store) -> None:
    create = {"request": None, "now": NOW}
    usual = store.create("ada", None, Options(), clip_of("one"), **create).analysis
    heavy = store.create("ada", None, Options(model="heavy"), clip_of("two"), **create).analysis
    assert [usual.queue, heavy.queue] == ["clips", "long"]
    assert Sharing(long_clip_bytes=10).queue_for("full", 11) == LONG
    assert store.oldest_queued() == {"clips": NOW, "long": NOW}


def test_the_time_of_an_analysis_counts_when_it_is_deleted_while_it_runs(store: Store) -> None:
    analysis = send(store, "ada", "one")
    send(store, "ada", "two")
    begin_next(store)
    for each in store.list("ada").analyses:
        store.delete("ada", each.id, NOW + timedelta(minutes=14))
    assert store.get(None, analysis.id) is None
    assert store.used("ada", NOW).work_s == 14 * 60


@pytest.mark.parametrize(
    ("quota", "what"),
    [(Quota(clips=2), "clips"), (Quota(minutes=1), "minutes"), (Quota(storage_bytes=10), "storage")],
)
def test_a_quota_refuses_what_would_be_too_much_until_the_next_day(store: Store, quota: Quota, what: str) -> None:
    for word in ("one", "two"):
        send(store, "ada", word, quota=quota)
        analysis = begin_next(store)
        store.finish(analysis.id, analysis.worker, DONE, NOW + timedelta(minutes=1 if word == "two" else 0))
    assert store.used("ada", NOW) == Used(2, 60, 6)
    with pytest.raises(QuotaExceededError, match=what):
        send(store, "ada", "three", quota=quota)
    assert store.used("ada", NOW + timedelta(days=1)).clips == 0
    assert send(store, "bob", "three", quota=quota).owner == "bob"
