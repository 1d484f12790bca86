"""The trials that there are: every module of ``tools.siege.trials``."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Final

from tools.siege import trials

TRIALS: Final = tuple(sorted(module.name for module in pkgutil.iter_modules(trials.__path__)))
"""Their names."""


def trial(name: str) -> Callable[[Path], str]:
    """What runs a trial in a folder of its own: returns its figures, raises AssertionError where the service fails."""
    run: Callable[[Path], str] = _module(name).run
    return run


def purpose(name: str) -> str:
    """What a trial tries and asks, in one line."""
    return (inspect.getdoc(_module(name)) or "").partition("\n")[0]


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{trials.__name__}.{name}")
