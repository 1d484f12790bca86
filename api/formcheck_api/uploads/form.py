"""Reading multipart/form-data as it comes: small fields into memory, the one file into whatever takes its bytes.

Nothing is held but the fields, whose number and size are bounded; the file goes on piece by piece.
"""

from collections.abc import Callable
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from formcheck.words.catalogue import ENGLISH
from formcheck_api.records.mistakes import one_line
from formcheck_api.records.problems import ProblemError, invalid_request

MOST_FIELDS: Final = 20
"""Fields in a form; ours has eight."""
LARGEST_FIELD_BYTES: Final = 1024
"""Of one field's value; the longest of ours is a label of 200 letters."""


class ClipForm:
    """Takes the body of a form in pieces, gives the bytes of its file field to ``sink``.

    ``fields`` and ``file_name`` are complete after ``close``. Raises ProblemError as soon as something is wrong.
    """

    def __init__(self, boundary: bytes, file_field: str, sink: Callable[[bytes], None]) -> None:
        self.fields: dict[str, str] = {}
        self.file_name: str | None = None
        self._file_field = file_field
        self._sink = sink
        self._ended = False
        self._headers: dict[bytes, bytes] = {}
        self._header_name, self._header_value = b"", b""
        self._field: str | None = None  # name of the field that is read, None in the file
        self._value = b""
        self._parser = self._parser_of(boundary)

    def _parser_of(self, boundary: bytes) -> MultipartParser:
        try:
            return MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin_part,
                    "on_header_field": self._take_header_name,
                    "on_header_value": self._take_header_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._begin_data,
                    "on_part_data": self._take_data,
                    "on_part_end": self._end_part,
                    "on_end": self._end,
                },
            )
        except FormParserError as error:
            raise ProblemError("multipart_malformed", "boundary_long") from error

    def feed(self, piece: bytes) -> None:
        """Read the next piece of the body."""
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise ProblemError("multipart_malformed") from error

    def close(self) -> None:
        """End the body. Raises ProblemError when the form is not complete or has no file."""
        if not self._ended:
            raise ProblemError("multipart_malformed", "unfinished")
        if self.file_name is None:
            raise invalid_request([(self._file_field, ENGLISH.say("mistake.file_missing"))])

    def _begin_part(self) -> None:
        self._headers = {}
        self._value = b""
        if len(self.fields) >= MOST_FIELDS:
            raise invalid_request([("form", ENGLISH.say("mistake.many_fields", most=MOST_FIELDS))])

    def _take_header_name(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _take_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _end_header(self) -> None:
        self._headers[self._header_name.lower()] = self._header_value
        self._header_name, self._header_value = b"", b""

    def _begin_data(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        name = options.get(b"name", b"").decode("utf-8", "replace")
        is_file = b"filename" in options
        if is_file != (name == self._file_field):
            advice = ENGLISH.say("mistake.not_a_file")
            if is_file:
                advice = ENGLISH.say("mistake.no_file_field", field=self._file_field)
            raise invalid_request([(one_line(name) or "form", advice)])
        if name in self.fields or (is_file and self.file_name is not None):
            raise invalid_request([(name, ENGLISH.say("mistake.twice"))])
        self._field = None if is_file else name
        if is_file:
            self.file_name = options[b"filename"].decode("utf-8", "replace")

    def _take_data(self, data: bytes, start: int, end: int) -> None:
        if self._field is None:
            self._sink(data[start:end])
            return
        self._value += data[start:end]
        if len(self._value) > LARGEST_FIELD_BYTES:
            raise invalid_request([(self._field, ENGLISH.say("mistake.long_field", most=LARGEST_FIELD_BYTES))])

    def _end_part(self) -> None:
        if self._field is not None:
            self.fields[self._field] = self._value.decode("utf-8", "replace")

    def _end(self) -> None:
        self._ended = True
