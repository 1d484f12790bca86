"""Athletes, their sessions and the clips in them, as the store keeps them."""

from datetime import date, timedelta

import pytest
from alembic import command

from formcheck_api.records.analyses import Analysis, Failed, Options, State, Succeeded
from formcheck_api.records.failures import failure
from formcheck_api.records.handles import CursorError
from formcheck_api.records.people import Athlete, Session
from formcheck_api.records.sharing import Quota
from formcheck_api.store import analyses as analyses_module
from formcheck_api.store.analyses import NoSuchSessionError, SessionFullError
from formcheck_api.store.clients.quota import QuotaExceededError
from formcheck_api.store.database import migration_config, open_database, upgrade_database
from formcheck_api.store.people import athletes as athletes_module
from formcheck_api.store.people import remeasure as remeasure_module
from formcheck_api.store.people import sessions as sessions_module
from formcheck_api.store.people.athletes import TooManyError
from formcheck_api.store.store import Store
from service.accepting import NOW, OWNER, accept, clip_of, read

LATER = NOW + timedelta(days=1)
WORKER = "process-1/0"
ANOTHER_VERSION = "0.0.1"


def add_athlete(store: Store, name: str = "Ada", owner: str = OWNER) -> Athlete:
    return store.add_athlete(owner, {"name": name, "height_m": 1.7, "units": "metric"}, NOW)


def add_session(store: Store, athlete: Athlete, day: int = 1) -> Session:
    session = store.add_session(athlete.owner, athlete.id, {"date": date(2026, 11, day)}, NOW)
    assert session is not None
    return session


def put(store: Store, session: Session, content: str = "a clip") -> Analysis:
    """A clip uploaded into a session."""
    clip = clip_of(content)
    created = store.create(session.owner, None, Options(), clip, request=None, now=NOW, session_id=session.id)
    return created.analysis


def measure(store: Store, version: str, *, fails: bool = False) -> Analysis:
    """The clip that waits longest, measured by a service of that version."""
    claimed = store.claim(WORKER, NOW, formcheck_version=version)
    assert claimed is not None
    done = Failed(failure("clip_missing")) if fails else Succeeded("artefacts/x/y", ("report.json",))
    assert store.finish(claimed.id, WORKER, done, NOW)
    return read(store, claimed)


def clips(store: Store, session: Session) -> tuple[str, ...]:
    found = store.get_session(OWNER, session.id)
    assert found is not None
    return found.clips


def test_an_athlete_is_kept_as_given_and_can_be_changed(store: Store) -> None:
    athlete = add_athlete(store)
    assert store.get_athlete(OWNER, athlete.id) == athlete
    assert (athlete.name, athlete.height_m, athlete.units, athlete.notes) == ("Ada", 1.7, "metric", None)
    changed = store.change_athlete(OWNER, athlete.id, {"height_m": None, "notes": "left hamstring"})
    assert changed == store.get_athlete(OWNER, athlete.id)
    assert changed is not None
    assert (changed.name, changed.height_m, changed.notes) == ("Ada", None, "left hamstring")


def test_another_owner_finds_changes_and_deletes_no_athlete_or_session(store: Store) -> None:
    athlete = add_athlete(store)
    session, analysis = add_session(store, athlete), accept(store)
    assert store.get_athlete("another", athlete.id) is None
    assert store.get_session("another", session.id) is None
    assert store.change_athlete("another", athlete.id, {"name": "Eve"}) is None
    assert store.change_session("another", session.id, {"shoes": "Eve's"}) is None
    assert store.add_session("another", athlete.id, {"date": date(2026, 1, 1)}, NOW) is None
    assert not store.put_clip("another", session.id, analysis.id)
    assert store.remeasure("another", athlete.id, NOW) is None
    assert not store.delete_session("another", session.id, NOW)
    assert not store.delete_athlete("another", athlete.id, NOW)
    assert store.list_athletes("another").athletes == store.list_sessions("another").sessions == ()
    assert store.get_athlete(OWNER, athlete.id) == athlete
    assert store.get_session(OWNER, session.id) == session


def test_a_clip_joins_no_session_of_another_owner(store: Store) -> None:
    session, theirs = add_session(store, add_athlete(store)), accept(store, owner="another")
    with pytest.raises(NoSuchSessionError):
        store.create("another", None, Options(), clip_of("b"), request=None, now=NOW, session_id=session.id)
    assert not store.put_clip(OWNER, session.id, theirs.id)
    assert clips(store, session) == ()


def test_lists_of_athletes_lead_from_page_to_page_newest_first(store: Store) -> None:
    made = [store.add_athlete(OWNER, {"name": f"{n}", "units": "metric"}, NOW + timedelta(hours=n)) for n in range(5)]
    first = store.list_athletes(OWNER, limit=2)
    second = store.list_athletes(OWNER, limit=2, cursor=first.cursor)
    last = store.list_athletes(OWNER, limit=2, cursor=second.cursor)
    assert [*first.athletes, *second.athletes, *last.athletes] == made[::-1]
    assert last.cursor is None
    assert store.list_athletes(OWNER, name="3").athletes == (made[3],)


def test_lists_of_sessions_are_by_day_and_filtered_by_athlete_and_date(store: Store) -> None:
    ada, bob = add_athlete(store), add_athlete(store, "Bob")
    made = {day: add_session(store, ada, day) for day in (3, 1, 9, 5)}
    of_bob = add_session(store, bob, 4)
    first = store.list_sessions(OWNER, athlete_id=ada.id, limit=3)
    last = store.list_sessions(OWNER, athlete_id=ada.id, limit=3, cursor=first.cursor)
    assert [*first.sessions, *last.sessions] == [made[day] for day in (9, 5, 3, 1)]
    within = store.list_sessions(OWNER, first_day=date(2026, 11, 3), last_day=date(2026, 11, 5))
    assert within.sessions == (made[5], of_bob, made[3])


def test_two_sessions_of_a_day_are_both_seen_across_pages(store: Store) -> None:
    athlete = add_athlete(store)
    made = {add_session(store, athlete).id for _ in range(3)}
    seen, cursor = set(), None
    for _ in range(3):
        page = store.list_sessions(OWNER, limit=1, cursor=cursor)
        seen, cursor = seen | {each.id for each in page.sessions}, page.cursor
    assert (seen, cursor) == (made, None)


@pytest.mark.parametrize("cursor", ["", "zz", "W10", "WyJhIiwgImIiLCAiYyJd"])
def test_a_cursor_that_no_page_gave_is_refused(store: Store, cursor: str) -> None:
    for listed in (store.list_athletes, store.list_sessions):
        with pytest.raises(CursorError):
            listed(OWNER, cursor=cursor)


def test_the_same_clip_is_known_again_only_in_the_same_session(store: Store) -> None:
    athlete = add_athlete(store)
    one, other = add_session(store, athlete), add_session(store, athlete, 2)
    first = put(store, one)
    assert put(store, one).id == first.id
    assert len({first.id, put(store, other).id, accept(store).id}) == 3


def test_a_clip_is_moved_between_sessions_and_taken_out(store: Store) -> None:
    athlete = add_athlete(store)
    one, other = add_session(store, athlete), add_session(store, athlete, 2)
    analysis = put(store, one)
    assert store.put_clip(OWNER, other.id, analysis.id)
    assert (clips(store, one), clips(store, other)) == ((), (analysis.id,))
    assert store.list(OWNER, session_id=other.id).analyses == (read(store, analysis),)
    assert read(store, analysis).version > analysis.version, "its session is part of what clients see"
    assert not store.take_clip_out(OWNER, one.id, analysis.id)
    assert store.take_clip_out(OWNER, other.id, analysis.id)
    assert (clips(store, other), read(store, analysis).session_id) == ((), None)


def test_deleting_a_session_or_an_athlete_keeps_the_analyses(store: Store) -> None:
    athlete = add_athlete(store)
    one, other = add_session(store, athlete), add_session(store, athlete, 2)
    kept = [put(store, one, "a"), put(store, other, "b")]
    assert store.delete_session(OWNER, one.id, NOW)
    assert store.delete_athlete(OWNER, athlete.id, NOW)
    assert store.list_sessions(OWNER).sessions == ()
    assert [read(store, each).session_id for each in kept] == [None, None]
    assert not store.delete_athlete(OWNER, athlete.id, NOW)


def test_retention_of_the_analyses_leaves_the_session(store: Store) -> None:
    session = add_session(store, add_athlete(store))
    put(store, session)
    measure(store, ANOTHER_VERSION)
    assert store.drop_analyses(LATER, LATER) == 1
    assert store.get_session(OWNER, session.id) == session


def test_limits_are_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    athlete = add_athlete(store)
    session = add_session(store, athlete)
    analysis, free = put(store, session), accept(store, "another clip")
    monkeypatch.setattr(analyses_module, "MOST_CLIPS", 1)
    monkeypatch.setattr(athletes_module, "MOST_ATHLETES", 1)
    with pytest.raises(SessionFullError):
        put(store, session, "one more")
    with pytest.raises(SessionFullError):
        store.put_clip(OWNER, session.id, free.id)
    assert store.put_clip(OWNER, session.id, analysis.id), "it is in already"
    monkeypatch.setattr(sessions_module, "MOST_SESSIONS", 1)
    with pytest.raises(TooManyError):
        add_athlete(store)
    with pytest.raises(TooManyError):
        add_session(store, athlete)
    assert add_athlete(store, owner="another"), "every owner has their own"


# --- measuring again


def test_a_clip_that_another_version_measured_is_measured_again_when_it_is_sent_again(store: Store) -> None:
    first = accept(store)
    measure(store, ANOTHER_VERSION)
    again = store.create(OWNER, None, Options(), clip_of(), request=None, now=NOW)
    assert (again.how, again.analysis.id != first.id) == ("new", True)
    claimed = store.claim(WORKER, NOW)
    assert claimed is not None
    assert store.create(OWNER, None, Options(), clip_of(), request=None, now=NOW).how == "same_clip"


def test_measuring_again_takes_the_clip_over_and_keeps_the_report_of_before(store: Store) -> None:
    athlete = add_athlete(store)
    session = add_session(store, athlete)
    key = put(store, session).clip_key
    before = measure(store, ANOTHER_VERSION)
    found = store.remeasure(OWNER, athlete.id, LATER)
    assert found is not None
    (queued,) = found.queued
    assert (queued.state, queued.clip_key, queued.session_id) == (State.QUEUED, key, session.id)
    assert (queued.options, queued.clip_sha256, queued.created) == (before.options, before.clip_sha256, LATER)
    assert read(store, before).artefacts == ("report.json",)
    assert store.known_clips([str(key)]) == {key}
    assert (found.current, found.gone, found.left) == ((), (), 0)


def test_measuring_again_names_what_is_current_under_way_and_gone(store: Store) -> None:
    athlete = add_athlete(store)
    session = add_session(store, athlete)
    old = put(store, session, "old"), measure(store, ANOTHER_VERSION)
    assert store.drop_clips(LATER, NOW) == 1
    failed = put(store, session, "failed"), measure(store, ANOTHER_VERSION, fails=True)
    of_now = put(store, session, "now"), measure(store, analyses_module.__version__)
    waiting = put(store, session, "waiting")
    found = store.remeasure(OWNER, athlete.id, LATER)
    assert found is not None
    assert (found.queued, found.gone) == ((), (old[0].id,))
    assert set(found.current) == {of_now[0].id, waiting.id}
    assert failed[0].id not in {*found.current, *found.gone}


def test_measuring_again_twice_queues_once(store: Store) -> None:
    athlete = add_athlete(store)
    put(store, add_session(store, athlete))
    measure(store, ANOTHER_VERSION)
    first, again = (store.remeasure(OWNER, athlete.id, LATER) for _ in range(2))
    assert first is not None
    assert again is not None
    assert (again.queued, again.current, again.gone) == ((), (first.queued[0].id,), ())


def test_what_failed_when_it_was_measured_again_can_be_tried_once_more(store: Store) -> None:
    athlete = add_athlete(store)
    key = put(store, add_session(store, athlete)).clip_key
    measure(store, ANOTHER_VERSION)
    assert store.remeasure(OWNER, athlete.id, LATER)
    failed = measure(store, analyses_module.__version__, fails=True)
    found = store.remeasure(OWNER, athlete.id, LATER)
    assert found is not None
    assert ([each.clip_key for each in found.queued], found.gone) == ([key], ())
    assert read(store, failed).clip_key is None


def test_measuring_again_keeps_to_the_quota_of_the_day(store: Store) -> None:
    athlete = add_athlete(store)
    session = add_session(store, athlete)
    for content in "abc":
        put(store, session, content)
        measure(store, ANOTHER_VERSION)
    quota = Quota(clips=2, storage_bytes=1)  # the clips are stored already
    found = store.remeasure(OWNER, athlete.id, LATER, quota)
    assert found is not None
    assert (len(found.queued), found.left) == (2, 1)
    with pytest.raises(QuotaExceededError, match="clips"):
        store.remeasure(OWNER, athlete.id, LATER, quota)


def test_measuring_again_queues_so_many_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    athlete = add_athlete(store)
    session = add_session(store, athlete)
    for content in "abc":
        put(store, session, content)
        measure(store, ANOTHER_VERSION)
    monkeypatch.setattr(remeasure_module, "MOST_AT_ONCE", 2)
    found = [store.remeasure(OWNER, athlete.id, LATER) for _ in range(2)]
    assert [(len(each.queued), each.left) for each in found if each] == [(2, 1), (1, 0)]


# --- the migration


def test_what_was_measured_before_there_were_sessions_is_kept_and_measured_again_when_sent_again(
    database_url: str,
) -> None:
    opened = open_database(database_url)
    upgrade_database(opened)
    store = Store(opened)
    analysis = accept(store)
    measure(store, ANOTHER_VERSION)
    before = read(store, analysis)
    with opened.begin() as db:
        command.downgrade(migration_config(db), "0003")
    upgrade_database(opened)
    after = read(store, analysis)
    assert (after.id, after.artefacts, after.clip_key) == (before.id, before.artefacts, before.clip_key)
    assert (after.session_id, after.formcheck_version) == (None, None)
    assert store.create(OWNER, None, Options(), clip_of(), request=None, now=NOW).how == "new"
    assert store.put_clip(OWNER, add_session(store, add_athlete(store)).id, analysis.id)
    opened.dispose()
