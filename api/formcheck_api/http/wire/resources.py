"""An analysis as clients see it: the resource with its links, its ETag, and when to ask again."""

import dataclasses
from typing import Any, Final

from formcheck_api.http.service import Service, now
from formcheck_api.http.wire.schemas import AnalysisResource, Clip, Links, ProblemDocument, ToldOptions
from formcheck_api.records.analyses import Analysis, State
from formcheck_api.records.parts import ready
from formcheck_api.records.problems import problem_document
from formcheck_api.store.work.turns import BULK

ANALYSES: Final = "/v1/analyses"
RUNNING_RETRY_S: Final = 1
"""Progress moves about once a second."""
QUEUED_RETRY_S: Final = 2
LONGEST_RETRY_S: Final = 30


def analysis_path(analysis: Analysis) -> str:
    """Where an analysis is."""
    return f"{ANALYSES}/{analysis.id}"


def frame_path(analysis: Analysis, file: str) -> str:
    """Where one of its pictures is; ``file`` as in the report, frames/left_foot_strike.jpg."""
    return f"{analysis_path(analysis)}/{file}"


def position(service: Service, analysis: Analysis) -> int | None:
    """Its place in the queue; None unless it is queued."""
    return service.store.position(analysis.id) if analysis.state is State.QUEUED else None


def resource(service: Service, analysis: Analysis, queue_position: int | None) -> AnalysisResource:
    """What a client gets."""
    return AnalysisResource(
        id=analysis.id,
        state=analysis.state,
        progress=analysis.progress,
        stage=analysis.stage,
        queue_position=queue_position,
        created=analysis.created,
        started=analysis.started,
        finished=analysis.finished,
        priority="bulk" if analysis.turn >= BULK else "interactive",
        label=analysis.label,
        session=analysis.session_id,
        formcheck_version=analysis.formcheck_version,
        options=ToldOptions(**dataclasses.asdict(analysis.options)),
        clip=Clip(name=analysis.clip_name, sha256=analysis.clip_sha256, bytes=analysis.clip_bytes),
        links=_links(service, analysis),
        ready=ready(analysis.artefacts),
        problem=_problem(analysis) if analysis.state is State.FAILED else None,
        incomplete=_problem(analysis) if analysis.state is State.SUCCEEDED else None,
    )


def _problem(analysis: Analysis) -> ProblemDocument | None:
    return ProblemDocument(**problem_document(analysis.problem)) if analysis.problem else None


def _links(service: Service, analysis: Analysis) -> Links:
    path = analysis_path(analysis)
    return Links(
        self=path,
        events=f"{path}/events",
        report=f"{path}/report",
        report_html=service.link(f"{path}/report.html"),
        overlay=service.link(f"{path}/overlay.mp4"),
        frames=f"{path}/frames",
    )


def etag(service: Service, analysis: Analysis, queue_position: int | None = None) -> str:
    """Changes with everything the resource shows, its links included."""
    links_until = service.signer.expiry(now()) if service.needs_keys else 0
    place = "" if queue_position is None else f"-q{queue_position}"
    return f'"{analysis.id}-{analysis.version}{place}-{links_until}"'


def headers(service: Service, analysis: Analysis, queue_position: int | None) -> dict[str, str]:
    """The headers that go with the resource."""
    found = {"ETag": etag(service, analysis, queue_position)}
    if not analysis.state.is_finished:
        found["Retry-After"] = str(retry_after_s(queue_position))
    return found


def retry_after_s(queue_position: int | None) -> int:
    """When to look again: soon while it runs, later the longer the queue before it."""
    if queue_position is None:
        return RUNNING_RETRY_S
    return min(LONGEST_RETRY_S, QUEUED_RETRY_S * (1 + queue_position))


def unchanged(if_none_match: str | None, tag: str) -> bool:
    """Whether the client has this version already (RFC 9110, weak comparison)."""
    if if_none_match is None:
        return False
    return any(part.strip().removeprefix("W/") in (tag, "*") for part in if_none_match.split(","))


def with_frame_links(service: Service, analysis: Analysis, report: dict[str, Any]) -> dict[str, Any]:
    """The report with ``links`` in each of its frames, and nothing else changed."""
    frames = [
        frame | {"links": {"image": service.link(frame_path(analysis, frame["file"]))}} for frame in report["frames"]
    ]
    return report | {"frames": frames}
