"""A page that anyone may upload from, shared by the tests of a file."""

from collections.abc import Iterator

import httpx
import pytest

from service.server import Server, idle, receipt, serving


@pytest.fixture(scope="module")
def open_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(idle(tmp_path_factory.mktemp("resumable"), auth="on", page="on")) as server:
        yield server


@pytest.fixture
def ada(open_page: Server, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """A runner of her own for each test."""
    with open_page.client(receipt(request.node.name)) as client:
        yield client
