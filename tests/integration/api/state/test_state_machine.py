"""Whatever clients, workers and crashes do in whatever order: none is lost, none has two masters, finished stays so."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from formcheck_api.records.analyses import Analysis, Cancelled, Failed, Interruption, State, Succeeded
from formcheck_api.records.failures import failure
from formcheck_api.store.database import open_database, upgrade_database
from formcheck_api.store.store import Store
from formcheck_api.store.work.attempts import MOST_CRASHES
from service.accepting import NOW, OWNER, accept

WORKERS = st.sampled_from(["process-1/0", "process-1/1", "process-2/0"])
OUTCOMES = st.sampled_from(
    [Succeeded("artefacts/x/y", ("report.json",)), Failed(failure("clip_unreadable", reason="cut off")), Cancelled()]
)


class Lives(RuleBasedStateMachine):
    """The real store on SQLite; beside it, what the test knows of each analysis."""

    accepted: Bundle[str] = Bundle("accepted")

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.engine = open_database(f"sqlite:///{Path(self.folder.name) / 'formcheck.db'}")
        upgrade_database(self.engine)
        self.store = Store(self.engine)
        self.alive: set[str] = set()
        self.ended: dict[str, Analysis] = {}
        self.held: dict[str, str] = {}
        self.clip_of: dict[str, int] = {}
        self.said_to_stop: set[str] = set()
        self.clips = 0

    def teardown(self) -> None:
        self.engine.dispose()
        self.folder.cleanup()

    @rule(target=accepted)
    def accept_clip(self) -> Any:
        self.clips += 1
        return self.accepted_as(self.clips)

    @rule(target=accepted, analysis_id=accepted)
    def send_the_same_clip(self, analysis_id: str) -> Any:
        again = self.accepted_as(self.clip_of[analysis_id])
        return multiple() if again == analysis_id else again

    @rule(worker=WORKERS)
    def claim(self, worker: str) -> None:
        if worker in self.held.values():
            return  # a worker does one thing at a time
        claimed = self.store.claim(worker, NOW)
        queued = [key for key in self.alive if self.held.get(key) is None and key not in self.ended]
        if claimed is None:
            assert not any(self.state(key) is State.QUEUED for key in queued)
        else:
            assert claimed.id not in self.held, "two workers own one analysis"
            assert claimed.crashes < MOST_CRASHES
            self.held[claimed.id] = worker

    @rule(analysis_id=accepted, worker=WORKERS, fraction=st.floats(0, 1))
    def tell_progress(self, analysis_id: str, worker: str, fraction: float) -> None:
        if self.store.progress(analysis_id, worker, "drawing", fraction):
            assert self.held[analysis_id] == worker

    @rule(analysis_id=accepted, worker=WORKERS)
    def publish(self, analysis_id: str, worker: str) -> None:
        if self.store.publish(analysis_id, worker, f"artefacts/{analysis_id}/run", ["report.json"]):
            assert self.held[analysis_id] == worker

    @rule(analysis_id=accepted, worker=WORKERS, outcome=OUTCOMES)
    def finish(self, analysis_id: str, worker: str, outcome: Any) -> None:
        accepted = self.store.finish(analysis_id, worker, outcome, NOW)
        assert accepted == (self.held.get(analysis_id) == worker)
        if accepted:
            del self.held[analysis_id]
            self.said_to_stop |= {analysis_id} if outcome == Cancelled() else set()

    @rule(analysis_id=accepted, worker=WORKERS, why=st.sampled_from(Interruption))
    def give_back(self, analysis_id: str, worker: str, why: Interruption) -> None:
        accepted = self.store.give_back(analysis_id, worker, why, now=NOW, wait_s=0)
        assert accepted == (self.held.get(analysis_id) == worker)
        if accepted:
            del self.held[analysis_id]

    @rule()
    def the_service_dies(self) -> None:
        assert self.store.give_all_back(now=NOW, wait_s=0) == len(self.held)
        self.held.clear()

    @rule(analysis_id=accepted)
    def cancel(self, analysis_id: str) -> None:
        assert (self.store.cancel(OWNER, analysis_id, NOW) is not None) == (analysis_id in self.alive)
        self.said_to_stop.add(analysis_id)

    @rule(analysis_id=consumes(accepted))
    def delete(self, analysis_id: str) -> None:
        assert self.store.delete(OWNER, analysis_id, NOW) == (analysis_id in self.alive)
        self.alive.discard(analysis_id)
        self.ended.pop(analysis_id, None)
        self.held.pop(analysis_id, None)

    @invariant()
    def none_is_lost(self) -> None:
        if self.clips:
            assert {one.id for one in self.store.list(OWNER, limit=1000).analyses} == self.alive

    @invariant()
    def each_is_worked_on_by_who_holds_it_and_nobody_else(self) -> None:
        if self.clips:
            found = self.store.list(OWNER, limit=1000).analyses
            assert {one.id: one.worker for one in found if one.worker is not None} == self.held

    @invariant()
    def what_is_finished_does_not_change(self) -> None:
        for key in self.alive:
            analysis = self.store.get(None, key)
            assert analysis is not None
            if analysis.state.is_finished:
                assert self.ended.setdefault(key, analysis) == analysis
                assert analysis.state is not State.CANCELLED or key in self.said_to_stop
            else:
                assert key not in self.ended

    @invariant()
    def only_what_runs_or_succeeded_shows_a_result(self) -> None:
        for key in self.alive:
            analysis = self.store.get(None, key)
            assert analysis is not None
            shows = analysis.artefact_prefix is not None
            assert shows == bool(analysis.artefacts)
            assert not shows or analysis.state in (State.RUNNING, State.SUCCEEDED)

    def accepted_as(self, number: int) -> str:
        analysis = accept(self.store, f"clip {number}")
        self.alive.add(analysis.id)
        self.clip_of[analysis.id] = number
        return analysis.id

    def state(self, analysis_id: str) -> State:
        analysis = self.store.get(None, analysis_id)
        assert analysis is not None
        return analysis.state


TestLives = pytest.mark.slow(Lives.TestCase)
TestLives.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
