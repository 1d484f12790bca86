"""Messages to webhooks: written with what they report, signed, tried over three days, and never sent into a network."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from formcheck_api.jobs.chores.deliver import Courier, headers_of
from formcheck_api.operations.settings import Settings
from formcheck_api.records.analyses import Failed, Interruption, Succeeded
from formcheck_api.records.failures import failure
from formcheck_api.storage.blobs import Blobs
from formcheck_api.store.clients.webhooks import ROTATION, TooManyWebhooksError
from formcheck_api.store.store import Store
from formcheck_api.store.work.deferral import NotYetError, defer
from formcheck_api.store.work.webhook_tables import PAUSE, SCHEDULE, Attempt, Message, Webhook
from service.accepting import NOW, OWNER, accept
from service.receiver import Receiver, receiving
from service.waiting import wait_until
from service.working import sharing_work, working


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def courier(store: Store, clock: Clock) -> Courier:
    return Courier(store, private=True, now=clock)


def messages(store: Store, webhook: Webhook) -> list[Message]:
    """The oldest first."""
    return list(reversed(store.list_messages(webhook.id, 100)))


def ended(store: Store, label: str) -> None:
    accept(store, label, label=label)
    claimed = store.claim("w", NOW)
    assert claimed
    assert store.finish(claimed.id, "w", Succeeded("artefacts/a/b", ("report.json",)), NOW)


def run_out(courier: Courier, store: Store, webhook: Webhook, clock: Clock) -> None:
    """Let time pass until nothing is due."""
    while due := [each for each in messages(store, webhook) if each.due]:
        first = min(due, key=lambda each: each.due or NOW)
        clock.now = max(clock.now, first.due or NOW)
        if store.get_webhook(OWNER, webhook.id).disabled:
            return
        courier.deliver(first.id)


def test_every_end_of_an_analysis_is_reported_in_order_and_nothing_else_is(store: Store) -> None:
    webhook = store.add_webhook(OWNER, "https://a.example/", NOW)
    other = store.add_webhook("somebody else", "https://b.example/", NOW)
    ended(store, "one")
    accept(store, "two", label="two")
    store.cancel(OWNER, accept(store, "three", label="three").id, NOW)
    two = store.claim("w", NOW)
    store.give_back(two.id, "w", Interruption.STOPPED, now=NOW, wait_s=1)
    two = store.claim("w", NOW)
    store.finish(two.id, "w", Failed(failure("clip_missing")), NOW)
    sent = [json.loads(each.body) for each in messages(store, webhook)]
    assert [(each["type"], each["sequence"], each["data"]["label"]) for each in sent] == [
        ("analysis.succeeded", 1, "one"),
        ("analysis.cancelled", 2, "three"),
        ("analysis.failed", 3, "two"),
    ]
    assert sent[2]["data"]["problem"] == "clip_missing"
    assert messages(store, other) == []


def test_a_message_arrives_once_signed_and_its_log_says_so(store: Store, courier: Courier, receiver: Receiver) -> None:
    webhook = store.add_webhook(OWNER, receiver.url, NOW)
    message = store.send_test(OWNER, webhook.id, NOW)
    courier.deliver(message.id)
    courier.deliver(message.id)  # a job that comes twice
    ((headers, body),) = receiver.got
    assert (headers["webhook-id"], body) == (message.id, message.body)
    assert json.loads(body)["type"] == "webhook.test"
    assert_signed(webhook.secret, headers, body)
    (sent,) = messages(store, webhook)
    assert (sent.delivered, sent.due) == (NOW, None)
    assert [each.status for each in sent.attempts] == [204]


def assert_signed(secret: str, headers: dict[str, str], body: str) -> None:
    """As the library has it, but for the age of the message: the clock is the test's own."""
    signed = Verifier(secret).sign(headers["webhook-id"], NOW, body)
    assert signed in headers["webhook-signature"].split()
    with pytest.raises(WebhookVerificationError, match="too old"):
        Verifier(secret).verify(body, headers)


def test_after_a_rotation_both_secrets_sign_for_a_day_and_then_the_new_one_alone(store: Store) -> None:
    webhook = store.add_webhook(OWNER, "https://a.example/", NOW)
    message = store.send_test(OWNER, webhook.id, NOW)
    rotated = store.rotate_secret(OWNER, webhook.id, NOW)
    assert rotated.secret != webhook.secret
    for at, secrets in ((NOW, {rotated.secret, webhook.secret}), (NOW + ROTATION, {rotated.secret})):
        signatures = headers_of(rotated, message, at)["webhook-signature"].split()
        assert set(signatures) == {Verifier(secret).sign(message.id, at, message.body) for secret in secrets}


@pytest.mark.parametrize("answer", [(500, ""), (404, ""), (302, "http://10.0.0.1/"), (0, "")])
@pytest.mark.slow
def test_a_receiver_that_is_down_for_an_hour_gets_each_message_once_it_is_back(
    store: Store, courier: Courier, receiver: Receiver, clock: Clock, answer: tuple[int, str]
) -> None:
    webhook = store.add_webhook(OWNER, receiver.url, NOW)
    for label in ("one", "two"):
        ended(store, label)
    receiver.status, receiver.location = answer
    impatient = Courier(store, private=True, now=clock, attempt_s=0.3)
    while clock.now < NOW + timedelta(hours=1):
        first = min(messages(store, webhook), key=lambda each: each.due)
        clock.now = max(clock.now, first.due)
        if clock.now < NOW + timedelta(hours=1):
            impatient.deliver(first.id)
    tried = len(receiver.got)
    receiver.status = 204
    run_out(courier, store, webhook, clock)
    assert [json.loads(body)["sequence"] for _, body in receiver.got[tried:]] == [1, 2]
    assert all(each.delivered for each in messages(store, webhook))
    assert [len(each.attempts) for each in messages(store, webhook)] == [5, 5]


def test_a_receiver_that_fails_for_75_hours_is_disabled_and_gets_everything_when_it_is_enabled(
    store: Store, courier: Courier, receiver: Receiver, clock: Clock
) -> None:
    webhook = store.add_webhook(OWNER, receiver.url, NOW)
    receiver.status = 503
    ended(store, "one")
    run_out(courier, store, webhook, clock)
    assert clock.now - NOW == sum(SCHEDULE, timedelta())
    assert timedelta(hours=75) < clock.now - NOW < timedelta(hours=76)
    disabled = store.get_webhook(OWNER, webhook.id)
    assert (disabled.disabled, disabled.disabled_why) == (clock.now, "failing")
    ended(store, "two")
    tried = len(receiver.got)
    courier.deliver(messages(store, webhook)[1].id)
    assert len(receiver.got) == tried == len(SCHEDULE) + 1
    receiver.status = 204
    assert store.enable_webhook(OWNER, webhook.id, clock.now).disabled is None
    run_out(courier, store, webhook, clock)
    assert [json.loads(body)["sequence"] for _, body in receiver.got[tried:]] == [1, 2]


def test_a_receiver_that_is_gone_is_asked_once_and_disabled(store: Store, courier: Courier, receiver: Receiver) -> None:
    webhook = store.add_webhook(OWNER, receiver.url, NOW)
    receiver.status = 410
    message = store.send_test(OWNER, webhook.id, NOW)
    courier.deliver(message.id)
    assert store.get_webhook(OWNER, webhook.id).disabled_why == "gone"
    assert len(receiver.got) == 1


def test_an_attempt_whose_process_died_is_repeated_and_one_under_way_is_not(
    store: Store, courier: Courier, receiver: Receiver, clock: Clock
) -> None:
    webhook = store.add_webhook(OWNER, receiver.url, NOW)
    message = store.send_test(OWNER, webhook.id, NOW)
    assert store.claim_message(message.id, NOW)
    with pytest.raises(NotYetError):  # the job stays, and comes again
        courier.deliver(message.id)
    clock.now += timedelta(minutes=2)
    courier.deliver(message.id)
    assert len(receiver.got) == 1


def test_a_message_is_delivered_though_the_clock_of_who_sends_it_is_behind(
    store: Store, blobs: Blobs, settings: Settings, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    courier = Courier(store, private=True, now=lambda: datetime.now(UTC) - timedelta(milliseconds=300))
    webhook = store.add_webhook(OWNER, receiver.url, NOW)
    store.send_test(OWNER, webhook.id, datetime.now(UTC))
    with (sharing_work if store.has_engine else working)(store, blobs, settings, chores=courier.chores()):
        wait_until(lambda: messages(store, webhook)[0].delivered, "the message to arrive")
    assert [each.message for each in caplog.records if each.levelname in ("WARNING", "ERROR")] == []


@pytest.mark.parametrize("status", [500, 204])
def test_an_attempt_that_ends_after_its_webhook_was_enabled_leaves_the_new_series_alone(
    store: Store, courier: Courier, receiver: Receiver, clock: Clock, status: int
) -> None:
    webhook = store.add_webhook(OWNER, receiver.url, NOW)
    message = store.send_test(OWNER, webhook.id, NOW)
    receiver.status = 500
    courier.deliver(message.id)
    clock.now += timedelta(minutes=1)
    _, under_way = store.claim_message(message.id, clock.now)
    store.enable_webhook(OWNER, webhook.id, clock.now)
    store.note_attempt(under_way, Attempt(clock.now, status, None, 15.0), gone=False)
    receiver.status = 204
    run_out(courier, store, webhook, clock)
    (sent,) = messages(store, webhook)
    assert sent.delivered
    assert [each.status for each in sent.attempts] == [204]
    assert len(receiver.got) == (2 if status == 500 else 1)


def test_enabling_a_webhook_again_and_again_adds_no_jobs(store: Store) -> None:
    webhook = store.add_webhook(OWNER, "https://a.example/", NOW)
    for _ in range(2):
        store.send_test(OWNER, webhook.id, NOW)
    for _ in range(3):
        store.enable_webhook(OWNER, webhook.id, NOW)
    with store._reading() as db:
        table = "procrastinate_jobs" if store.has_engine else "chores"
        assert db.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 2


def test_a_receiver_that_keeps_us_waiting_gets_its_other_messages_later_and_others_get_theirs_now(
    store: Store, courier: Courier, receiver: Receiver, clock: Clock
) -> None:
    hanging = store.add_webhook(OWNER, "https://a.example/", NOW)
    first, second = (store.send_test(OWNER, hanging.id, NOW) for _ in range(2))
    other = store.send_test(OWNER, store.add_webhook(OWNER, receiver.url, NOW).id, NOW)
    _, claimed = store.claim_message(first.id, NOW)
    store.note_attempt(claimed, Attempt(NOW, None, "timed out", 15.0), gone=False)
    assert [each.due for each in messages(store, hanging)] == [NOW + SCHEDULE[0], NOW + PAUSE]
    courier.deliver(other.id)
    assert len(receiver.got) == 1
    with pytest.raises(NotYetError) as early:
        courier.deliver(second.id)
    assert early.value.wait_s == PAUSE.total_seconds()
    assert store.enable_webhook(OWNER, hanging.id, NOW)  # somebody says that it is well again
    assert [each.due for each in messages(store, hanging)] == [NOW, NOW]


def test_a_first_attempt_comes_before_those_that_failed(store: Store) -> None:
    webhook = store.add_webhook(OWNER, "https://a.example/", NOW)
    first = store.send_test(OWNER, webhook.id, NOW)
    _, claimed = store.claim_message(first.id, NOW)
    store.note_attempt(claimed, Attempt(NOW, 500, None, 0.1), gone=False)
    with store._writing() as db:
        if store.has_engine:
            query = "SELECT priority FROM procrastinate_jobs ORDER BY id"
            assert db.execute(text(query)).scalars().all() == [0, -1]  # the higher first
            return
    store.chore_done(store.due_chore(NOW).number)
    late = NOW + timedelta(hours=1)
    second = store.send_test(OWNER, webhook.id, late)
    assert store.due_chore(late).args == {"message_id": second.id}


def test_a_chore_that_nobody_knows_holds_nothing_up(
    local_store: Store, blobs: Blobs, settings: Settings, receiver: Receiver
) -> None:
    with local_store._writing() as db:
        defer(db, "of a later version", {}, now=NOW)
    webhook = local_store.add_webhook(OWNER, receiver.url, NOW)
    local_store.send_test(OWNER, webhook.id, NOW)
    with working(local_store, blobs, settings, chores=Courier(local_store, private=True).chores()):
        wait_until(lambda: messages(local_store, webhook)[0].delivered, "the message to arrive")


@pytest.mark.slow
def test_attempts_end_while_their_webhook_is_enabled_and_old_messages_are_deleted(store: Store) -> None:
    webhook = store.add_webhook(OWNER, "https://a.example/", NOW)
    times = [NOW + timedelta(seconds=number) for number in range(30)]
    ids = [store.send_test(OWNER, webhook.id, each).id for each in times]
    ended = Attempt(NOW, 410, None, 0.1)

    def attempt(message_id: str) -> None:
        for _ in range(30):
            if claimed := store.claim_message(message_id, times[-1]):
                store.note_attempt(claimed[1], ended, gone=True)

    with ThreadPoolExecutor(5) as threads:
        work = [threads.submit(attempt, each) for each in ids[-3:]]
        work.append(threads.submit(lambda: [store.enable_webhook(OWNER, webhook.id, times[-1]) for _ in range(60)]))
        work.append(threads.submit(lambda: [store.drop_messages(each) for each in times[:-3]]))
    for each in work:
        each.result()  # nobody waited for somebody who waited for them


def test_a_message_without_a_job_gets_one_unless_it_is_under_way_or_its_webhook_is_disabled(store: Store) -> None:
    webhook = store.add_webhook(OWNER, "https://a.example/", NOW)
    message = store.send_test(OWNER, webhook.id, NOW)
    late = NOW + timedelta(minutes=2)
    assert store.defer_lost(late) == 0
    with store._writing() as db:
        db.execute(text(f"DELETE FROM {'procrastinate_jobs' if store.has_engine else 'chores'}"))
    assert store.defer_lost(NOW + timedelta(seconds=30)) == 0  # its job may just be deferred
    _, claimed = store.claim_message(message.id, late)
    assert store.defer_lost(late) == 0
    store.note_attempt(claimed, Attempt(late, 410, None, 0.1), gone=True)
    assert store.defer_lost(late + timedelta(days=9)) == 0
    other = store.send_test(OWNER, store.add_webhook(OWNER, "https://b.example/", NOW).id, NOW)
    with store._writing() as db:
        db.execute(text(f"DELETE FROM {'procrastinate_jobs' if store.has_engine else 'chores'}"))
    assert (store.defer_lost(late), store.defer_lost(late)) == (1, 0)
    assert store.claim_message(other.id, late)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254"])
def test_nothing_is_sent_into_a_private_network_whatever_its_name(
    store: Store, receiver: Receiver, clock: Clock, host: str
) -> None:
    url = receiver.url.replace("http", "https").replace("127.0.0.1", host)
    webhook = store.add_webhook(OWNER, url, NOW)  # as of a name that led elsewhere when it was given
    message = store.send_test(OWNER, webhook.id, NOW)
    Courier(store, private=False, now=clock).deliver(message.id)
    (sent,) = messages(store, webhook)
    assert [(each.status, each.reason) for each in sent.attempts] == [
        (None, "the address leads into a private network")
    ]
    assert receiver.got == []


def test_an_address_that_no_name_server_can_be_asked_for_is_a_failed_attempt(store: Store, courier: Courier) -> None:
    webhook = store.add_webhook(OWNER, "https://x..example/", NOW)  # as accepted by earlier versions
    courier.deliver(store.send_test(OWNER, webhook.id, NOW).id)
    (sent,) = messages(store, webhook)
    assert [each.status for each in sent.attempts] == [None]
    assert sent.due > NOW


def test_a_key_has_so_many_webhooks_and_no_more_and_old_messages_go(store: Store) -> None:
    first, *_ = (store.add_webhook(OWNER, f"https://{number}.example/", NOW) for number in range(10))
    with pytest.raises(TooManyWebhooksError):
        store.add_webhook(OWNER, "https://one.too.many.example/", NOW)
    store.send_test(OWNER, first.id, NOW)
    store.drop_messages(NOW + timedelta(seconds=1))
    assert messages(store, first) == []
    assert store.delete_webhook(OWNER, first.id)
    assert not store.delete_webhook(OWNER, first.id)
