"""Every error formcheck raises on purpose.

::

    FormcheckError            base; its text is one line that says what to do
    ├── UsageError            an option or an output folder is not valid
    ├── ClipError             the clip can't be read
    │   ├── ClipNotFoundError     no such file
    │   └── NotAVideoError        no frame of it decodes
    ├── ModelError            the pose model is not available or does not load
    ├── OutputError           a result can't be written (folder, disk)
    ├── TruthError            a truth file without anything to check
    └── RecordError           data that contradict themselves (shapes, times)

A clip that can be read but shows too little is not an error: it gives a report with numbers withheld.
"""


class FormcheckError(Exception):
    """Base of all errors a caller may want to catch."""


class UsageError(FormcheckError):
    """The request makes no sense; nothing was done."""


class ClipError(FormcheckError):
    """The clip can't be read."""


class ClipNotFoundError(ClipError):
    """There is no file of that name."""


class PartError(ClipError):
    """The part of the clip that is asked for is not there: other clips may have it."""


class NotAVideoError(ClipError):
    """The file holds no picture that decodes."""


class ModelError(FormcheckError):
    """The pose model is not available, or not a valid one."""


class OutputError(FormcheckError):
    """A result can't be written."""


class TruthError(FormcheckError):
    """A truth file is broken; the text names file, line and what is expected."""


class RecordError(FormcheckError, ValueError):
    """Data that contradict themselves: a shape, a length, a time that runs backwards."""
