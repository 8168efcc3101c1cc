"""Routes that learn to write their own address when it is first asked for: most never are."""

from collections.abc import Callable
from functools import cache

from werkzeug.routing import Rule


class Route(Rule):
    """A rule of werkzeug's, which else compiles two functions for each one as it is bound."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002
        made = cache(super()._compile_builder)

        def build(route: Rule, **values: object) -> tuple[str, str]:
            return made(append_unknown)(route, **values)

        return build
