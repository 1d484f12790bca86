"""The store: analyses, the work on them, athletes and sessions, API keys, and what is to be deleted, in one database.

One object, so that a process has one way in; its methods are in several modules, by who calls them: clients, workers,
key commands, the sweep. Every call is one transaction. Times are given by the caller, with their zone.
"""

from sqlalchemy import URL

from formcheck_api.records.sharing import Sharing
from formcheck_api.store.analyses import AnalysisStore
from formcheck_api.store.clients.keys import KeyStore
from formcheck_api.store.clients.losses import LossStore
from formcheck_api.store.clients.uploads import UploadStore
from formcheck_api.store.clients.webhooks import WebhookStore
from formcheck_api.store.database import open_database, upgrade_database
from formcheck_api.store.expiry import RetentionStore
from formcheck_api.store.people.athletes import AthleteStore
from formcheck_api.store.people.remeasure import RemeasureStore
from formcheck_api.store.people.sessions import SessionStore
from formcheck_api.store.work.attempts import WorkStore
from formcheck_api.store.work.chores import ChoreStore
from formcheck_api.store.work.reconciliation import EngineStore


class Store(
    AnalysisStore,
    UploadStore,
    WebhookStore,
    AthleteStore,
    SessionStore,
    RemeasureStore,
    WorkStore,
    EngineStore,
    ChoreStore,
    KeyStore,
    RetentionStore,
    LossStore,
):
    """Everything that is remembered. The engine comes from ``database.open_database``; threads may share a store."""

    @property
    def has_engine(self) -> bool:
        """Whether other processes may share the work."""
        return self._engine.dialect.name == "postgresql"

    @property
    def address(self) -> URL:
        """The database's, for whoever needs a connection of another kind."""
        return self._engine.url

    def close(self) -> None:
        """Close its connections; a later call opens one anew."""
        self._engine.dispose()


def store_of(address: str, sharing: Sharing = Sharing()) -> Store:  # noqa: B008  # frozen
    """The store at a database's address, its tables up to date."""
    engine = open_database(address)
    upgrade_database(engine)
    return Store(engine, sharing)
