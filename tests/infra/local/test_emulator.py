import base64
import ipaddress
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra import ROOT
from infra.local.emulator import Emulator
from tests.infra.processes import runs, soon

pytestmark = pytest.mark.emulator

SESSION = boto3.session.Session()


def client(emulator: Emulator, service: str) -> Any:
    made: Any = SESSION.client(service, **emulator.client_settings)  # type: ignore[call-overload]
    return made


def listening(pid: int) -> Iterator[tuple[str, int]]:
    """Yield the address and port of every TCP socket on which the process listens."""
    own = {str(descriptor.readlink()) for descriptor in Path(f"/proc/{pid}/fd").iterdir()}
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text("ascii").splitlines()[1:]:
            local, state, inode = line.split()[1], line.split()[3], line.split()[9]
            if state == "0A" and f"socket:[{inode}]" in own:
                address, port = local.split(":")
                packed = b"".join(
                    bytes.fromhex(address)[i : i + 4][::-1] for i in range(0, len(address) // 2, 4)
                )
                yield str(ipaddress.ip_address(packed)), int(port, 16)


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads Linux's list of sockets")
def test_it_listens_on_one_loopback_socket_and_no_other(emulator: Emulator) -> None:
    client(emulator, "sqs").list_queues()

    assert list(listening(emulator.pid)) == [("127.0.0.1", int(emulator.endpoint.rpartition(":")[2]))]


def test_what_was_saved_survives_being_killed(tmp_path: Path) -> None:
    with Emulator(tmp_path) as first:
        queues = client(first, "sqs")
        queue = queues.create_queue(QueueName="kept")["QueueUrl"]
        queues.send_message(QueueUrl=queue, MessageBody="work")
        client(first, "sesv2").create_email_identity(EmailIdentity="kith.example")
        send(first, "once")
        first.save()
        os.kill(first.pid, signal.SIGKILL)

    with Emulator(tmp_path) as second:
        queues = client(second, "sqs")
        queue = queues.get_queue_url(QueueName="kept")["QueueUrl"]
        message = queues.receive_message(QueueUrl=queue)["Messages"][0]

        assert message["Body"] == "work"
        assert [subject_of(mail) for mail in second.mails()] == ["once"]


def test_it_saves_by_itself_soon_after_a_change(tmp_path: Path) -> None:
    with Emulator(tmp_path) as emulator:
        client(emulator, "sqs").create_queue(QueueName="kept")

        assert soon((tmp_path / "saved" / "sqs.json").exists)


def test_mail_that_was_sent_after_the_last_save_is_forgotten_with_everything_else(tmp_path: Path) -> None:
    with Emulator(tmp_path) as first:
        client(first, "sesv2").create_email_identity(EmailIdentity="kith.example")
        send(first, "before")
        first.save()
        os.kill(first.pid, signal.SIGSTOP)
        with (tmp_path / "outbox.jsonl").open("a") as outbox:
            outbox.write('{"message_id": "torn')
        os.kill(first.pid, signal.SIGKILL)

    with Emulator(tmp_path) as second:
        assert [subject_of(mail) for mail in second.mails()] == ["before"]


def test_a_restart_takes_the_same_port_when_it_is_free(tmp_path: Path) -> None:
    with Emulator(tmp_path) as first:
        endpoint = first.endpoint

    with Emulator(tmp_path) as second:
        assert second.endpoint == endpoint


def test_it_ends_when_its_parent_is_killed() -> None:
    program = (
        "from infra.local.emulator import Emulator; import sys\n"
        "emulator = Emulator().start(); print(emulator.pid, flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert runs(child)

        parent.kill()

    assert soon(lambda: not runs(child))


def test_stopping_twice_is_harmless() -> None:
    emulator = Emulator().start()
    emulator.stop()

    emulator.stop()

    assert not emulator.alive


def test_a_reset_forgets_mail_too(emulator: Emulator) -> None:
    client(emulator, "sesv2").create_email_identity(EmailIdentity="kith.example")
    send(emulator, "forgotten")

    emulator.reset()

    assert emulator.mails() == []


@pytest.mark.parametrize("authorised", [False, True])
def test_each_accepted_mail_is_followed_by_the_providers_own_word(*, authorised: bool) -> None:
    with Emulator(events_queue="feedback", authorised=authorised) as emulator:
        queues = client(emulator, "sqs")
        queue = queues.create_queue(QueueName="feedback")["QueueUrl"]
        client(emulator, "sesv2").create_email_identity(EmailIdentity="kith.example")

        message_id = send(emulator, "hello")

        event = json.loads(queues.receive_message(QueueUrl=queue)["Messages"][0]["Body"])
        assert event["eventType"] == "Send"
        assert event["mail"]["messageId"] == message_id
        assert event["mail"]["destination"] == ["ada@people.example"]
        assert event["mail"]["tags"] == {"kith-message": ["m1"]}


def test_a_mail_goes_where_its_destination_says_and_not_where_its_headers_do(emulator: Emulator) -> None:
    emulator.reset()
    client(emulator, "sesv2").create_email_identity(EmailIdentity="kith.example")

    send(emulator, "hello", Destination={"ToAddresses": ["grace@people.example"]})

    assert [mail["to"] for mail in emulator.mails()] == [["grace@people.example"]]


def test_without_a_destination_it_goes_to_everybody_whom_its_headers_name(emulator: Emulator) -> None:
    emulator.reset()
    client(emulator, "sesv2").create_email_identity(EmailIdentity="kith.example")

    send(emulator, "hello\r\nBcc: thief@evil.example")

    assert [mail["to"] for mail in emulator.mails()] == [["ada@people.example", "thief@evil.example"]]


def test_a_refused_mail_is_not_in_the_outbox(emulator: Emulator) -> None:
    emulator.reset()
    mail = client(emulator, "sesv2")

    with pytest.raises(mail.exceptions.MessageRejected):
        send(emulator, "from nobody we know")

    assert emulator.mails() == []


def send(emulator: Emulator, subject: str, **more: Any) -> str:
    answer = client(emulator, "sesv2").send_email(
        FromEmailAddress="hello@kith.example",
        Content={
            "Raw": {"Data": f"To: Ada <ada@people.example>\r\nSubject: {subject}\r\n\r\nHello".encode()}
        },
        EmailTags=[{"Name": "kith-message", "Value": "m1"}],
        **more,
    )
    message_id: str = answer["MessageId"]
    return message_id


def subject_of(mail: dict[str, Any]) -> str:
    head = base64.b64decode(mail["raw"]).decode().split("Subject: ")[1]
    return head.split("\r\n")[0]
