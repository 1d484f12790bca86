"""Mappings and arrays inside the frozen records, read-only like the records themselves."""

from collections.abc import Mapping
from typing import Any, Never, TypeVar

import numpy as np

Key = TypeVar("Key")
Value = TypeVar("Value")


class ReadOnlyDict(dict[Key, Value]):
    """A dict that refuses every change.

    It is a dict, so that JSON writers, pandas and ``|`` take it, and unlike ``types.MappingProxyType`` it travels to
    other processes and can be copied.
    """

    def _refuse(self, *_: object, **__: object) -> Never:
        raise TypeError("this is part of a finished report and cannot be changed; make a dict(...) of it first")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return ReadOnlyDict, (dict(self),)


def frozen(value: Any) -> Any:
    """A read-only copy of mappings, lists and arrays, all the way down; anything else as it is."""
    if isinstance(value, Mapping):
        return ReadOnlyDict({key: frozen(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(frozen(item) for item in value)
    if isinstance(value, np.ndarray):
        value = value.copy()
        value.setflags(write=False)
    return value


def freeze(record: object, *names: str) -> None:
    """Replace fields of a frozen dataclass under construction by read-only copies."""
    for name in names:
        object.__setattr__(record, name, frozen(getattr(record, name)))
