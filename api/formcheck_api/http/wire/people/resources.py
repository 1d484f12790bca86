"""Athletes and sessions as clients see them, with their links."""

from typing import Final

from formcheck_api.http.service import Service
from formcheck_api.http.wire.people.schemas import AthleteLinks, AthleteResource, SessionLinks, SessionResource
from formcheck_api.records.people import Athlete, Session

ATHLETES: Final = "/v1/athletes"
SESSIONS: Final = "/v1/sessions"


def athlete_resource(athlete: Athlete) -> AthleteResource:
    """What a client gets of an athlete."""
    path = f"{ATHLETES}/{athlete.id}"
    links = AthleteLinks(self=path, sessions=f"{SESSIONS}?athlete={athlete.id}", trend=f"{path}/trend")
    return AthleteResource(
        id=athlete.id,
        name=athlete.name,
        height_m=athlete.height_m,
        units=athlete.units,
        notes=athlete.notes,
        created=athlete.created,
        links=links,
    )


def session_resource(service: Service, session: Session) -> SessionResource:
    """What a client gets of a session."""
    return SessionResource(
        id=session.id,
        athlete=session.athlete_id,
        date=session.date,
        kind=session.kind,
        shoes=session.shoes,
        speed_kmh=session.speed_kmh,
        notes=session.notes,
        created=session.created,
        clips=list(session.clips),
        links=SessionLinks(
            self=f"{SESSIONS}/{session.id}",
            athlete=f"{ATHLETES}/{session.athlete_id}",
            analyses=f"/v1/analyses?session={session.id}",
            combined=f"{SESSIONS}/{session.id}/combined",
            combined_page=service.link(f"{SESSIONS}/{session.id}/combined.html"),
        ),
    )
