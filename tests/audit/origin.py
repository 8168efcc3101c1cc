"""The frozen site on loopback, with the headers and the compression that it has once it is deployed."""

import gzip
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request, Response

from infra.local import gateway
from infra.local.outbox import OutboxPages

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# What CloudFront compresses, and from which size on.
COMPRESSED = ("text/", "application/json", "application/manifest+json", "image/svg+xml")
SMALLEST_COMPRESSED = 1000


class Compressed:
    """An application whose text leaves gzipped, as CloudFront sends files to whoever takes gzip."""

    def __init__(self, inner: "WSGIApplication") -> None:
        self._inner = inner

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        response = Response.from_app(self._inner, environ, buffered=True)
        if _is_compressed(Request(environ), response):
            response.set_data(gzip.compress(response.get_data(), 6, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Vary"] = "Accept-Encoding"
        return response(environ, start_response)


@contextmanager
def serving(site: Path) -> Iterator[str]:
    """Serve a built site, and nothing live, while the block runs; yields the origin."""
    listener = gateway.listen(0)
    port = listener.getsockname()[1]
    files = gateway.Gateway(
        site=site, live=NotFound(), outbox=OutboxPages(lambda _: []), hosts=[f"localhost:{port}"]
    )
    server = gateway.Server(Compressed(files), listener)
    server.start()
    try:
        yield f"http://localhost:{port}"
    finally:
        server.stop()


def _is_compressed(request: Request, response: Response) -> bool:
    return (
        "gzip" in request.headers.get("Accept-Encoding", "")
        and "Content-Encoding" not in response.headers
        and response.headers.get("Content-Type", "").startswith(COMPRESSED)
        and len(response.get_data()) >= SMALLEST_COMPRESSED
    )
