"""Webhooks: where a client hears of the end of its analyses, and what became of each message."""

import re
from datetime import datetime
from typing import Annotated, Any, Final, Literal, TypeVar

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from formcheck.words.catalogue import ENGLISH
from formcheck_api.access.receivers import LONGEST_URL, ForbiddenAddressError, checked_url
from formcheck_api.access.security import Caller
from formcheck_api.access.visitors import is_visitors
from formcheck_api.http.dependencies import Reader, ServiceDep, Writer
from formcheck_api.http.service import now
from formcheck_api.http.wire.openapi import json_body
from formcheck_api.http.wire.responses import answer, empty_answer, problems
from formcheck_api.jobs.chores.deliver import may_be_private
from formcheck_api.records.mistakes import says
from formcheck_api.records.problems import ProblemError, invalid_request
from formcheck_api.store.clients.webhooks import MOST_WEBHOOKS, TooManyWebhooksError
from formcheck_api.store.work.webhook_tables import DisabledWhy, Message, Webhook
from formcheck_api.uploads.bodies import read_json

WEBHOOKS: Final = "/v1/webhooks"
ID_PATTERN: Final = r"^wh_[a-z2-7]{26}$"
SHOWN: Final = 100
"""Messages in a delivery log."""

router = APIRouter(prefix=WEBHOOKS, tags=["webhooks"])


class NewWebhook(BaseModel):
    """Where to send messages."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[
        Annotated[str, Field(min_length=1, max_length=LONGEST_URL), says("webhook_url")],
        Field(description="https://, reachable from the service and outside its own network"),
    ]


class WebhookLinks(BaseModel):
    """Where everything of a webhook is."""

    self: str
    deliveries: str


class WebhookResource(BaseModel):
    """A webhook. ``secret`` is there when it was just made: on creation and rotation."""

    id: str = Field(pattern=ID_PATTERN)
    url: str
    created: datetime
    sequence: int = Field(description="Number of its last message")
    secret: str | None = Field(description="Verifies signatures (Standard Webhooks); null when only read")
    disabled: datetime | None = Field(description="Nothing is sent since then; null while messages are sent")
    disabled_why: DisabledWhy | None = Field(
        description="gone: the receiver answered 410; failing: every attempt at a message failed for 75 hours"
    )
    links: WebhookLinks


class WebhookList(BaseModel):
    """Your webhooks, oldest first."""

    webhooks: list[WebhookResource]


class AttemptDocument(BaseModel):
    """One attempt to deliver a message."""

    at: datetime
    status: int | None = Field(description="Of the response; null without one")
    reason: str | None = Field(description="Why there was no response")
    seconds: float


class MessageDocument(BaseModel):
    """A message and its deliveries; ``body`` is sent as it stands."""

    id: str
    sequence: int
    type: str
    state: Literal["waiting", "delivered", "failed"]
    created: datetime
    due: datetime | None = Field(description="The next attempt; null where there is none")
    delivered: datetime | None
    attempts: list[AttemptDocument]
    body: str


class DeliveryList(BaseModel):
    """The latest 100 messages, newest first."""

    deliveries: list[MessageDocument]


def _checked(caller: Caller) -> Caller:
    if is_visitors(caller.owner):
        raise ProblemError("unauthorized", "webhooks", headers={"WWW-Authenticate": "Bearer"})
    return caller


async def _reader(caller: Reader) -> Caller:
    return _checked(caller)


async def _writer(caller: Writer) -> Caller:
    return _checked(caller)


async def _known(
    webhook_id: Annotated[str, Path(json_schema_extra={"pattern": ID_PATTERN}, examples=["wh_..."])],
) -> str:
    if not re.fullmatch(ID_PATTERN, webhook_id):
        raise _no_such_webhook()
    return webhook_id


Found = TypeVar("Found")
Reads = Annotated[Caller, Depends(_reader)]
Writes = Annotated[Caller, Depends(_writer)]
WebhookId = Annotated[str, Depends(_known)]
_OF_ONE: Final = ("not_found", "invalid_request", "disk_full")


@router.post(
    "",
    operation_id="create_webhook",
    summary="Hear of the end of analyses",
    status_code=201,
    response_model=WebhookResource,
    responses=answer(201, "Made; its secret is shown now only", WebhookResource, "new_webhook", ("Location",))
    | problems("limit_reached", "invalid_request", "json_malformed", "body_too_large", "upload_stalled", "disk_full"),
    openapi_extra=json_body(NewWebhook),
)
async def create_webhook(request: Request, service: ServiceDep, caller: Writes) -> JSONResponse:
    """A message is sent for every analysis of this key that succeeds, fails or is cancelled."""
    asked = await read_json(request, NewWebhook)
    try:
        checked_url(asked.url, private=may_be_private(service.settings))
        made = await run_in_threadpool(service.store.add_webhook, caller.owner, asked.url, now())
    except ForbiddenAddressError as error:
        raise invalid_request([("url", ENGLISH.say(f"mistake.{error}"))]) from None
    except TooManyWebhooksError:
        most = {"limit": MOST_WEBHOOKS}
        raise ProblemError("limit_reached", "webhooks", most=MOST_WEBHOOKS, extra=most) from None
    shown = _shown(made, with_secret=True)
    return JSONResponse(shown.model_dump(mode="json"), 201, {"Location": shown.links.self})


@router.get(
    "",
    operation_id="list_webhooks",
    summary="List your webhooks",
    responses=answer(200, "Oldest first", WebhookList, "webhooks") | problems("invalid_request"),
)
def list_webhooks(service: ServiceDep, caller: Reads) -> WebhookList:
    """All of this key."""
    return WebhookList(webhooks=[_shown(each) for each in service.store.list_webhooks(caller.owner)])


@router.get(
    "/{webhook_id}",
    operation_id="get_webhook",
    summary="Read one webhook",
    responses=answer(200, "As it is now", WebhookResource, "webhook") | problems(*_OF_ONE[:2]),
)
def get_webhook(service: ServiceDep, caller: Reads, webhook_id: WebhookId) -> WebhookResource:
    """Whether messages are sent to it, and since when not."""
    return _shown(_found(service.store.get_webhook(caller.owner, webhook_id)))


@router.delete(
    "/{webhook_id}",
    operation_id="delete_webhook",
    summary="Delete one webhook",
    status_code=204,
    responses=empty_answer(204, "Gone, with its log") | problems(*_OF_ONE),
)
def delete_webhook(service: ServiceDep, caller: Writes, webhook_id: WebhookId) -> None:
    """Nothing more is sent, messages that wait included."""
    if not service.store.delete_webhook(caller.owner, webhook_id):
        raise _no_such_webhook()


@router.post(
    "/{webhook_id}/test",
    operation_id="test_webhook",
    summary="Send a test message",
    status_code=202,
    response_model=MessageDocument,
    responses=answer(202, "It is sent at once", MessageDocument, "delivery") | problems(*_OF_ONE),
)
def send_test(service: ServiceDep, caller: Writes, webhook_id: WebhookId) -> MessageDocument:
    """A message of type webhook.test; the delivery log says how it went."""
    return _message(_found(service.store.send_test(caller.owner, webhook_id, now())))


@router.post(
    "/{webhook_id}/rotate",
    operation_id="rotate_webhook_secret",
    summary="Change the secret",
    response_model=WebhookResource,
    responses=answer(200, "The new secret, shown now only", WebhookResource, "new_webhook") | problems(*_OF_ONE),
)
def rotate_secret(service: ServiceDep, caller: Writes, webhook_id: WebhookId) -> WebhookResource:
    """For a day messages are signed with both secrets; then with the new one alone."""
    return _shown(_found(service.store.rotate_secret(caller.owner, webhook_id, now())), with_secret=True)


@router.post(
    "/{webhook_id}/enable",
    operation_id="enable_webhook",
    summary="Send messages again",
    response_model=WebhookResource,
    responses=answer(200, "Messages that have waited are sent first", WebhookResource, "webhook") | problems(*_OF_ONE),
)
def enable_webhook(service: ServiceDep, caller: Writes, webhook_id: WebhookId) -> WebhookResource:
    """After the receiver was repaired; undelivered messages get all their attempts again."""
    return _shown(_found(service.store.enable_webhook(caller.owner, webhook_id, now())))


@router.get(
    "/{webhook_id}/deliveries",
    operation_id="list_webhook_deliveries",
    summary="What became of its messages",
    responses=answer(200, "The latest 100, newest first", DeliveryList, "deliveries") | problems(*_OF_ONE[:2]),
)
def list_deliveries(service: ServiceDep, caller: Reads, webhook_id: WebhookId) -> DeliveryList:
    """Each message with its attempts, and when the next one is due."""
    found = _found(service.store.get_webhook(caller.owner, webhook_id))
    return DeliveryList(deliveries=[_message(each) for each in service.store.list_messages(found.id, SHOWN)])


def _found(what: Found | None) -> Found:
    if what is None:
        raise _no_such_webhook()
    return what


def _no_such_webhook() -> ProblemError:
    """The same for what never was, what was deleted and what is another's."""
    return ProblemError("not_found", "webhook")


def _shown(webhook: Webhook, *, with_secret: bool = False) -> WebhookResource:
    path = f"{WEBHOOKS}/{webhook.id}"
    return WebhookResource(
        id=webhook.id,
        url=webhook.url,
        created=webhook.created,
        sequence=webhook.sequence,
        secret=webhook.secret if with_secret else None,
        disabled=webhook.disabled,
        disabled_why=webhook.disabled_why,
        links=WebhookLinks(self=path, deliveries=f"{path}/deliveries"),
    )


def _message(message: Message) -> MessageDocument:
    about: dict[str, Any] = {name: getattr(message, name) for name in MessageDocument.model_fields if name != "state"}
    state = "delivered" if message.delivered else "waiting" if message.due else "failed"
    attempts = [
        AttemptDocument(at=each.at, status=each.status, reason=each.reason, seconds=each.seconds)
        for each in message.attempts
    ]
    return MessageDocument(**about | {"state": state, "attempts": attempts})
