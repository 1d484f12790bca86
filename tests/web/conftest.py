"""The servers of the API's tests, for the page."""

from tests.api.conftest import guarded, guarded_server, serve

__all__ = ["guarded", "guarded_server", "serve"]
