"""The store: analyses, the work on them, athletes and sessions, API keys, and what is to be deleted, in one database.

One object, so that a process has one way in; its methods are in several modules, by who calls them: clients, workers,
key commands, the sweep. Every call is one transaction. Times are given by the caller, with their zone.
"""

from formcheck_api.store.analyses import AnalysisStore
from formcheck_api.store.clients.keys import KeyStore
from formcheck_api.store.clients.uploads import UploadStore
from formcheck_api.store.database import open_database, upgrade_database
from formcheck_api.store.expiry import RetentionStore
from formcheck_api.store.people.athletes import AthleteStore
from formcheck_api.store.people.remeasure import RemeasureStore
from formcheck_api.store.people.sessions import SessionStore
from formcheck_api.store.work import WorkStore


class Store(
    AnalysisStore, UploadStore, AthleteStore, SessionStore, RemeasureStore, WorkStore, KeyStore, RetentionStore
):
    """Everything that is remembered. The engine comes from ``database.open_database``; threads may share a store."""


def store_of(address: str) -> Store:
    """The store at a database's address, its tables up to date."""
    engine = open_database(address)
    upgrade_database(engine)
    return Store(engine)
