"""The commands of the HTTP service: what can be typed, and the way to where it is done.

`formcheck` finds them by the entry-point group ``formcheck.commands``. The service's packages come with an extra and
are imported when a command runs.
"""

# ruff: noqa: PLC0415  # see above

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from formcheck.records.errors import UsageError
from formcheck.words.catalogue import ENGLISH

QUEUES: Final = ("clips", "long", "chores")
ROLES: Final = ("all", "web")
SCOPES: Final = ("analyses:read", "analyses:write")
NOT_ON_WINDOWS: Final = ("fcntl", "resource")
"""Modules of Python itself that the service uses and Windows lacks."""

say: Final = ENGLISH.say

ParserT = TypeVar("ParserT", bound=argparse.ArgumentParser)


def add_commands(commands: "argparse._SubParsersAction[ParserT]") -> None:
    """Add the service's commands to the command line."""
    _add_processes(commands)
    _add_keys(commands)
    clock = commands.add_parser("confirm-clock", help=say("help.confirm_clock"))
    clock.set_defaults(run=_confirm_clock)


def _add_processes(commands: "argparse._SubParsersAction[ParserT]") -> None:
    serve = commands.add_parser("serve", help=say("help.serve"))
    serve.add_argument("--host", help=say("help.host"))
    serve.add_argument("--port", type=int, help=say("help.port"))
    serve.add_argument("--role", choices=ROLES, help=say("help.role"))
    serve.set_defaults(run=_serve)
    work = commands.add_parser("work", help=say("help.work"))
    work.add_argument("--concurrency", type=int, metavar="N", help=say("help.concurrency"))
    work.add_argument("--queues", nargs="+", choices=QUEUES, help=say("help.queues"))
    work.set_defaults(run=_work)
    commands.add_parser("workers", help=say("help.workers")).set_defaults(run=_list_workers)
    database = commands.add_parser("db", help=say("help.db"))
    actions = database.add_subparsers(title=say("help.actions"), metavar="ACTION", required=True)
    actions.add_parser("upgrade", help=say("help.upgrade")).set_defaults(run=_upgrade)
    check = actions.add_parser("check", help=say("help.check"))
    check.add_argument("--settle", action="store_true", help=say("help.settle"))
    check.add_argument("--older-than", type=float, default=24.0, metavar="HOURS", help=say("help.older_than"))
    check.set_defaults(run=_check)


def _add_keys(commands: "argparse._SubParsersAction[ParserT]") -> None:
    keys = commands.add_parser("keys", help=say("help.keys"))
    actions = keys.add_subparsers(title=say("help.actions"), metavar="ACTION", required=True)
    create = actions.add_parser("create", help=say("help.create"))
    create.add_argument("name", help=say("help.key_name"))
    create.add_argument("--scope", action="append", choices=SCOPES, help=say("help.scope"))
    create.add_argument("--clips-of", metavar="PREFIX", help=say("help.clips_of"))
    create.set_defaults(run=_create_key)
    actions.add_parser("list", help=say("help.list")).set_defaults(run=_list_keys)
    revoke = actions.add_parser("revoke", help=say("help.revoke"))
    revoke.add_argument("prefix", help=say("help.prefix"))
    revoke.set_defaults(run=_revoke_key)


def _serve(options: argparse.Namespace) -> int:
    with _extra_installed():
        from formcheck_api.http.serving import serve
    return serve(options.host, options.port, options.role)


def _work(options: argparse.Namespace) -> int:
    with _extra_installed():
        from formcheck_api.jobs.engine.commands import work
    return work(options.concurrency, options.queues)


def _list_workers(_options: argparse.Namespace) -> int:
    with _extra_installed():
        from formcheck_api.jobs.engine.commands import list_workers
    return list_workers()


def _upgrade(_options: argparse.Namespace) -> int:
    with _extra_installed():
        from formcheck_api.access.commands import upgrade
    return upgrade()


def _check(options: argparse.Namespace) -> int:
    with _extra_installed():
        from formcheck_api.jobs.chores.check import check
    return check(settle=options.settle, older_than_h=options.older_than)


def _create_key(options: argparse.Namespace) -> int:
    with _extra_installed():
        from formcheck_api.access.commands import create_key
    return create_key(options.name, options.scope or SCOPES, options.clips_of)


def _list_keys(_options: argparse.Namespace) -> int:
    with _extra_installed():
        from formcheck_api.access.commands import list_keys
    return list_keys()


def _revoke_key(options: argparse.Namespace) -> int:
    with _extra_installed():
        from formcheck_api.access.commands import revoke_key
    return revoke_key(options.prefix)


def _confirm_clock(_options: argparse.Namespace) -> int:
    with _extra_installed():
        from formcheck_api.access.commands import confirm_clock
    return confirm_clock()


@contextmanager
def _extra_installed() -> Iterator[None]:
    """Say what is missing: the service's packages, or a system that it runs on."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name in NOT_ON_WINDOWS:
            raise UsageError(say("error.service.platform")) from error
        raise UsageError(say("error.service.package", package=error.name)) from error
