"""Messages that come in floods: one is written, with how many were left out."""

import itertools
import logging

from hypothesis import given
from hypothesis import strategies as st

from formcheck_api.operations.log_flood import ONCE_IN_S, Seldom


@given(st.lists(st.tuples(st.floats(0, 30), st.sampled_from("ab")), max_size=50))
def test_a_message_is_written_once_in_a_while_with_how_often_it_was_left_out(said: list[tuple[float, str]]) -> None:
    clock = [0.0]
    seldom = Seldom(lambda: clock[0])
    written: dict[str, list[tuple[float, int]]] = {"a": [], "b": []}
    counts = dict.fromkeys("ab", 0)
    for pause_s, word in said:
        clock[0] += pause_s
        counts[word] += 1
        record = logging.makeLogRecord({"msg": f"{word}\nat {clock[0]}"})
        if seldom.filter(record):
            written[word].append((clock[0], counts[word]))
            left_out = counts[word] - 1 - (written[word][-2][1] if len(written[word]) > 1 else 0)
            assert getattr(record, "repeated", 0) == left_out
    for lines in written.values():
        assert all(later - earlier >= ONCE_IN_S for (earlier, _), (later, _) in itertools.pairwise(lines))
