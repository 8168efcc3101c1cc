import base64
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from functions.web.headers import SECURITY
from infra.local.gateway import Gateway, PortTakenError, listen
from infra.local.outbox import OutboxPages

HOST = "localhost:8400"


def kept(subject: str = "Please confirm", html: str | None = None) -> dict[str, Any]:
    mail = EmailMessage()
    mail["Subject"] = subject
    mail["From"] = "Kith <hello@kith.example>"
    mail["To"] = "ada@people.example"
    mail.set_content(f"Open http://{HOST}/my/confirm/abc-1. <Then> rest.\n")
    if html is not None:
        mail.add_alternative(html, subtype="html")
    return {
        "message_id": "1",
        "at": datetime(2027, 1, 11, 9, 30, tzinfo=UTC).isoformat(),
        "to": ["ada@people.example"],
        "raw": base64.b64encode(bytes(mail)).decode(),
    }


class Origin:
    """The gateway over a small site, a small application and an outbox."""

    def __init__(self, folder: Path) -> None:
        site = folder / "site"
        (site / "about").mkdir(parents=True)
        (site / "assets").mkdir()
        (site / "index.html").write_text("<h1>Home</h1>")
        (site / "about" / "index.html").write_text("<h1>About</h1>")
        (site / "404.html").write_text("<h1>Not here</h1>")
        (site / "ar").mkdir()
        (site / "ar" / "404.html").write_text("<h1>Not here, in Arabic</h1>")
        (site / "assets" / "page.js").write_text("export {}")
        (folder / "secret.txt").write_text("secret")
        self.mails: list[dict[str, Any]] = []
        live = Flask("live")
        live.add_url_rule("/api/v1/thing", endpoint="api", view_func=lambda: "live")
        live.add_url_rule("/console/", endpoint="console", view_func=lambda: "live")
        live.add_url_rule(
            "/<language>/<any(my, c):kind>/thing", endpoint="page", view_func=lambda **_: "live"
        )
        self.gateway = Gateway(
            site=site, live=live, outbox=OutboxPages(lambda after: self.mails[after:]), hosts=[HOST]
        )

    def get(self, path: str, *, host: str = HOST, method: str = "GET", **more: Any) -> TestResponse:
        client = Client(self.gateway, Response)
        return client.open(path, method=method, base_url=f"http://{host}", **more)


@pytest.fixture
def origin(tmp_path: Path) -> Origin:
    return Origin(tmp_path)


@pytest.mark.parametrize(
    ("path", "kind", "content"),
    [
        ("/", "text/html; charset=utf-8", "<h1>Home</h1>"),
        ("/about/", "text/html; charset=utf-8", "<h1>About</h1>"),
        ("/assets/page.js", "text/javascript; charset=utf-8", "export {}"),
    ],
)
def test_the_frozen_site_is_served_with_its_types_and_headers(
    origin: Origin, path: str, kind: str, content: str
) -> None:
    answer = origin.get(path)

    assert (answer.status_code, answer.headers["Content-Type"], answer.text) == (200, kind, content)
    assert all(answer.headers[name] == value for name, value in SECURITY.items())


def test_a_folder_is_led_to_its_page(origin: Origin) -> None:
    answer = origin.get("/about")

    assert (answer.status_code, answer.headers["Location"]) == (301, "/about/")


@pytest.mark.parametrize(
    "path", ["/nowhere", "/assets/", "/../secret.txt", "/%2e%2e/secret.txt", "/about/../../secret.txt"]
)
def test_what_is_not_in_the_site_is_not_here(origin: Origin, path: str) -> None:
    answer = origin.get(path)

    assert (answer.status_code, answer.text) == (404, "<h1>Not here</h1>")


@pytest.mark.parametrize(
    "path", ["/api/v1/thing", "/console/", "/ar/my/thing", "/zh-Hant/c/thing", "/pt-BR/my/thing"]
)
def test_live_paths_reach_the_application(origin: Origin, path: str) -> None:
    assert origin.get(path).text == "live"


@pytest.mark.parametrize("path", ["/ar/console/", "/ar/api/v1/thing", "/ar/about/"])
def test_only_pages_for_people_have_a_language_in_front_and_what_is_missing_is_said_in_it(
    origin: Origin, path: str
) -> None:
    answer = origin.get(path)

    assert (answer.status_code, answer.text) == (404, "<h1>Not here, in Arabic</h1>")


def test_a_file_is_only_read(origin: Origin) -> None:
    answer = origin.get("/", method="POST")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("host", ["elsewhere.example", "localhost:1", "localhost.elsewhere.example:8400"])
def test_a_name_that_is_not_this_machines_reads_nothing(origin: Origin, host: str) -> None:
    assert origin.get("/", host=host).status_code == 421


def test_the_outbox_lists_the_newest_mail_first(origin: Origin) -> None:
    origin.mails = [kept("first"), kept("second & <third>")]

    page = origin.get("/outbox/").text

    assert page.index("second &amp; &lt;third&gt;") < page.index("first")
    assert 'href="/outbox/2/"' in page


def test_a_mails_links_can_be_followed(origin: Origin) -> None:
    origin.mails = [kept()]

    page = origin.get("/outbox/1/").text

    assert (
        f'<a href="http://{HOST}/my/confirm/abc-1">http://{HOST}/my/confirm/abc-1</a>. &lt;Then&gt;' in page
    )


def test_a_mails_html_can_neither_run_nor_load_anything(origin: Origin) -> None:
    origin.mails = [kept(html="<html><head></head><body><script>1</script></body></html>")]

    page, frame = origin.get("/outbox/1/"), origin.get("/outbox/1/html")

    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox allow-top' in page.text
    assert "allow-scripts" not in page.text
    assert "default-src 'none'" in frame.headers["Content-Security-Policy"]
    assert "sandbox" in frame.headers["Content-Security-Policy"]
    assert "allow-scripts" not in frame.headers["Content-Security-Policy"] + page.text
    assert '<head><base target="_top">' in frame.text


@pytest.mark.parametrize(
    "path", ["/outbox/2/", "/outbox/0/", "/outbox/x/", "/outbox/1/2/3", "/outbox/99999999999/"]
)
def test_a_mail_that_is_not_there_is_said_to_be_missing(origin: Origin, path: str) -> None:
    origin.mails = [kept()]

    assert origin.get(path).status_code == 404


def test_an_empty_outbox_says_so(origin: Origin) -> None:
    assert "No mail was sent yet" in origin.get("/outbox/").text


def test_a_taken_port_is_refused() -> None:
    with listen(0) as taken, pytest.raises(PortTakenError, match="is taken"):
        listen(taken.getsockname()[1])
