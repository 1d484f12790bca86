"""Every error formcheck raises on purpose.

::

    FormcheckError            base; its text is one line that says what to do
    ├── UsageError            the request makes no sense (an option, an output folder)
    ├── ClipError             the clip cannot be read
    │   ├── ClipNotFoundError     no such file
    │   └── NotAVideoError        no picture in it that decodes
    ├── ModelError            the pose model cannot be had or does not load
    ├── OutputError           a result cannot be written (folder, disk)
    ├── TruthError            a truth file that says nothing that can be checked
    └── RecordError           data that contradict themselves (shapes, times)

A clip that reads well but shows too little is no error: it is a finished analysis with numbers withheld.
"""


class FormcheckError(Exception):
    """Base of all errors a caller may want to catch."""


class UsageError(FormcheckError):
    """The request makes no sense; nothing was done."""


class ClipError(FormcheckError):
    """The clip cannot be read."""


class ClipNotFoundError(ClipError):
    """There is no file of that name."""


class PartError(ClipError):
    """The part of the clip that is asked for is not there: other clips may have it."""


class NotAVideoError(ClipError):
    """The file holds no picture that decodes."""


class ModelError(FormcheckError):
    """The pose model cannot be had, or is not what it should be."""


class OutputError(FormcheckError):
    """A result cannot be written."""


class TruthError(FormcheckError):
    """A truth file is broken; the text names file, line and what is expected."""


class RecordError(FormcheckError, ValueError):
    """Data that contradict themselves: a shape, a length, a time that runs backwards."""
