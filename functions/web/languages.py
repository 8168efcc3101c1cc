"""The language of a page stands at the beginning of its address: `/ar/for-mentees/`.

The programme's first language has no prefix, and each other one has its code. The prefix becomes the root
that the application is mounted at (WSGI's SCRIPT_NAME), so routes know nothing of it and `url_for` keeps it.
What is not a language of the programme is no prefix: such an address is not here.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CHOSEN = "kith.language"
# Machines and coordinators have one address each.
WITHOUT = ("/api/", "/console/")


class LanguagePrefix:
    """The application, at the root in the first language and below its code in every other."""

    def __init__(self, application: "WSGIApplication", others: Sequence[str]) -> None:
        self._application = application
        self._others = frozenset(others)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request, in the language of its address."""
        path = str(environ.get("PATH_INFO", ""))
        code, rest = split_language(path, self._others)
        if code:
            environ = {
                **environ,
                CHOSEN: code,
                "SCRIPT_NAME": f"{environ.get('SCRIPT_NAME', '')}/{code}",
                "PATH_INFO": rest,
            }
        return self._application(environ, start_response)


def split_language(path: str, others: Iterable[str]) -> tuple[str | None, str]:
    """Return the code that a path begins with (None: the first language) and the path behind it."""
    code, slash, rest = path.removeprefix("/").partition("/")
    # The application reads several slashes as one.
    if not slash or code not in others or f"/{rest.lstrip('/')}/".startswith(WITHOUT):
        return None, path
    return code, f"/{rest}"


def language_in_address(environ: "WSGIEnvironment") -> str | None:
    """Return the code in the address of a request, None when there is none: the first language."""
    return cast("str | None", environ.get(CHOSEN))
