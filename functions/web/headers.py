"""The headers on every answer. Static files get the same ones from the gateway and from CloudFront."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import Response, request

from functions.web.rendering import current_services

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
REDIRECTS = range(300, 400)
HSTS = "max-age=63072000; includeSubDomains"


def add_security_headers(response: Response) -> Response:
    """Return the response with every header that all answers carry; nothing live is kept anywhere."""
    for name, value in SECURITY.items():
        response.headers[name] = value
    if current_services().origin.startswith("https:"):
        response.headers["Strict-Transport-Security"] = HSTS
    response.headers.setdefault("Cache-Control", "no-store")
    if request.path.startswith(("/my/", "/console/")):
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def keep_redirects_local(response: Response) -> Response:
    """Return a redirect as one within this site; any other response as it is.

    Flask would write out the host that the request names, which may be anybody's word, and behind
    CloudFront is not ours. All our redirects lead to our own pages, so a path says enough.
    """
    if response.status_code in REDIRECTS and response.location:
        there = urlsplit(response.location)
        query = f"?{there.query}" if there.query else ""
        response.location = f"/{there.path.lstrip('/')}{query}"
        response.set_data(b"")
    return response
