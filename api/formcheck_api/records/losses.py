"""What to do about an analysis whose bytes are gone, as after a backup was restored."""

from collections.abc import Collection
from enum import StrEnum

from formcheck_api.records.analyses import Analysis, State
from formcheck_api.records.parts import REPORT


class Remedy(StrEnum):
    """How such an analysis is settled."""

    CLIP_MISSING = "clip_missing"  # it waits, and can't be measured
    FAILS_LATER = "fails_later"  # it runs, or did: its attempt or the next one reports the missing clip
    MEASURED_AGAIN = "measured_again"
    RESULT_LOST = "result_lost"
    PICTURES_LOST = "pictures_lost"
    CLIP_LOST = "clip_lost"


def keys_of(analysis: Analysis) -> frozenset[str]:
    """The blobs that an analysis has by its row; what a running one has shown so far is not counted on."""
    made = analysis.artefacts if analysis.state.is_finished else ()
    keys = (analysis.clip_key, *(analysis.artefact_key(name) for name in made))
    return frozenset(key for key in keys if key is not None)


def remedy_for(analysis: Analysis, lost: Collection[str]) -> Remedy:
    """The remedy where these of its blobs, one or more, are gone."""
    if not analysis.state.is_finished:
        return Remedy.CLIP_MISSING if analysis.state is State.QUEUED else Remedy.FAILS_LATER
    lost_names = [name for name in analysis.artefacts if analysis.artefact_key(name) in lost]
    if not lost_names or analysis.state is not State.SUCCEEDED:
        return Remedy.CLIP_LOST
    if analysis.clip_key is not None and analysis.clip_key not in lost:
        return Remedy.MEASURED_AGAIN
    return Remedy.RESULT_LOST if REPORT in lost_names else Remedy.PICTURES_LOST
