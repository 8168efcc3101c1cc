"""One origin on loopback for the frozen site, the functions' pages, the API and the outbox.

Only requests that name this machine are answered: a page elsewhere, whose name is made to point here, reads
nothing.
"""

import mimetypes
import re
import socket
import threading
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waitress import wasyncore
from waitress.server import create_server
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from functions.web.headers import SECURITY
from infra.local.outbox import OutboxPages

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

THREADS = 8
# What CloudFront sends to the function; everything else is a file. Pages for people may have their language
# in front, and whether it is one of the programme's is the function's to know.
LIVE = re.compile(r"/(api|my|console|c)/|/[a-z]{2,3}(-[A-Za-z]+)*/(my|c)/")
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".webmanifest": "application/manifest+json",
         ".woff2": "font/woff2", ".svg": "image/svg+xml", ".csv": "text/csv"}  # fmt: skip


class PortTakenError(Exception):
    """Another program has the port."""


def listen(port: int) -> socket.socket:
    """Return a listening loopback socket; port 0 is any. Raises `PortTakenError`."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise PortTakenError(f"Port {port} is taken ({error.strerror}).") from error
    listener.listen(128)
    return listener


class Gateway:
    """The WSGI application behind the one address."""

    def __init__(
        self, *, site: Path | None, live: "WSGIApplication", outbox: OutboxPages, hosts: Sequence[str]
    ) -> None:
        self._site, self._live, self._outbox = site, live, outbox
        self._hosts = frozenset(hosts)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        if request.environ.get("HTTP_HOST", "") not in self._hosts:
            answer: WSGIApplication = self._secured(
                Response("This address is not served here.\n", HTTPStatus.MISDIRECTED_REQUEST)
            )
        elif LIVE.match(request.path + "/"):
            answer = self._live
        elif request.path == "/outbox" or request.path.startswith("/outbox/"):
            answer = self._outbox_page(request)
        else:
            answer = self._file(request)
        return answer(environ, start_response)

    def _outbox_page(self, request: Request) -> Response:
        response = self._outbox.answer(request)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    def _file(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return self._secured(
                Response(status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "GET, HEAD"})
            )
        found = self._found(request.path)
        if found is None:
            return self._secured(self._missing(request))
        if found.is_dir():
            return self._secured(redirect("/" + request.path.strip("/") + "/", HTTPStatus.MOVED_PERMANENTLY))
        return self._secured(_sent(found, request))

    def _found(self, path: str) -> Path | None:
        """Return the file, or the folder that was meant, that the path names within the site; else None."""
        if self._site is None or (inside := safe_join(str(self._site), path.lstrip("/"))) is None:
            return None
        named = Path(inside)
        if path.endswith("/"):
            named /= "index.html"
        return named if named.is_file() or (named / "index.html").is_file() else None

    def _missing(self, request: Request) -> Response:
        language = f"{request.path.strip('/').partition('/')[0]}/404.html"
        for path in (language, "404.html"):
            if (page := self._found(path)) is not None:
                return Response(page.read_bytes(), HTTPStatus.NOT_FOUND, mimetype="text/html")
        return NotFound().get_response(request.environ)

    def _secured(self, response: Response) -> Response:
        for name, value in SECURITY.items():
            response.headers[name] = value
        return response


def _sent(file: Path, request: Request) -> Response:
    kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    response = Response(file.read_bytes(), mimetype=kind)
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)


class Server:
    """Waitress over an application, in threads of its own."""

    def __init__(self, application: "WSGIApplication", listener: socket.socket) -> None:
        self._channels: dict[int, Any] = {}
        self._server = create_server(
            application,
            map=self._channels,
            sockets=[listener],
            threads=THREADS,
            clear_untrusted_proxy_headers=True,
            ident=None,
        )
        self._thread = threading.Thread(target=self._server.run, name="kith-gateway", daemon=True)

    def start(self) -> None:
        """Answer requests from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the requests under way and answer no more."""
        self._server.task_dispatcher.shutdown()
        self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._channels))
        self._thread.join()
