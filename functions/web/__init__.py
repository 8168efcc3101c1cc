"""Pages: the public ones are frozen into the static site, the live ones answer here.

Those of the console stand in `coordinating`, which is loaded when one of them is first asked for.
"""

from collections.abc import Sequence

from flask import Flask

from functions.web import assets, rendering
from functions.web.guards import Guarded
from functions.web.headers import add_security_headers, keep_redirects_local
from functions.web.languages import LanguagePrefix
from functions.web.participant import (
    changing,
    checkins,
    confirming,
    enrolment,
    equality,
    erasing,
    exporting,
    matches,
    self_service,
    stopping,
    surveys,
    training,
    withdrawing,
)

PARTICIPANT_BLUEPRINTS: Sequence[Guarded] = (
    enrolment.routes,
    confirming.routes,
    matches.routes,
    checkins.routes,
    surveys.routes,
    equality.routes,
    stopping.routes,
    training.routes,
    self_service.routes,
    changing.routes,
    withdrawing.routes,
    exporting.routes,
    erasing.routes,
)


def register(app: Flask, half: Sequence[Guarded] = PARTICIPANT_BLUEPRINTS) -> None:
    """Give the application people's live pages (or another half of all), templates and headers.

    Raises RuntimeError when the site's sources are not beside the code.
    """
    assets.sources()
    rendering.install(app)
    with app.app_context():
        others = rendering.current_services().programme.languages[1:]
    app.wsgi_app = LanguagePrefix(app.wsgi_app, others)  # type: ignore[method-assign]
    app.after_request(add_security_headers)
    app.after_request(keep_redirects_local)
    for routes in half:
        app.register_blueprint(routes)
