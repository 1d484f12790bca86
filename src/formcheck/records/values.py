"""Kinds of values in the records, beyond their Python type; report/fields.py says how they are written."""

from typing import Annotated

Known = Annotated[float, "finite"]
"""A number that is always known; any other float of a record may be NaN."""

Count = Annotated[int, "0 or more"]

Moment = Annotated[str, "RFC 3339"]
