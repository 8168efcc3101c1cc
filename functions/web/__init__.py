"""Pages: the public ones are frozen into the static site, the live ones answer here.

Those of the console stand in `console.console_routes`, which is loaded when one of them is first asked for.
"""

from collections.abc import Sequence

from flask import Flask

from functions.web import assets, rendering
from functions.web.guards import Guarded
from functions.web.headers import add_security_headers, keep_redirects_local
from functions.web.languages import LanguagePrefix
from functions.web.participant import change_answers, checkin, enrolment, export, matches, self_service
from functions.web.participant.button_pages import BUTTON_PAGES
from functions.web.participant.survey_pages import equality_routes, survey_routes

PARTICIPANT_BLUEPRINTS: Sequence[Guarded] = (
    enrolment.routes,
    *BUTTON_PAGES,
    matches.routes,
    checkin.routes,
    survey_routes,
    equality_routes,
    self_service.routes,
    change_answers.routes,
    export.routes,
)


def register(app: Flask, blueprints: Sequence[Guarded] = PARTICIPANT_BLUEPRINTS) -> None:
    """Give the application people's live pages (or those of other blueprints), templates and headers.

    Raises RuntimeError when the site's sources are not beside the code.
    """
    assets.sources()
    rendering.install(app)
    with app.app_context():
        others = rendering.current_services().programme.languages[1:]
    app.wsgi_app = LanguagePrefix(app.wsgi_app, others)  # type: ignore[method-assign]
    app.after_request(add_security_headers)
    app.after_request(keep_redirects_local)
    for routes in blueprints:
        app.register_blueprint(routes)
