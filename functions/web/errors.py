"""What a person reads when something is not there, not allowed, or broken: what it is, what to do."""

from flask import Response
from werkzeug.exceptions import HTTPException

from functions.i18n.languages import marked
from functions.web.rendering import gettext, page

TITLES = {
    400: marked("We couldn’t read what your browser sent"),
    403: marked("That button wasn’t pressed on our own page"),
    404: marked("This page isn’t here"),
    405: marked("This page can’t do that"),
    413: marked("That was more than we can take"),
    500: marked("Something went wrong on our side"),
    503: marked("We are very busy just now"),
}
ADVICE = {
    400: marked("Go back, reload the page and send it once more. Your answers are still on the page."),
    403: marked("Nothing was changed. Open the page again and press the button there."),
    404: marked(
        "If you followed a link from one of our mails, its time may be over, or a part of it was lost on the "
        "way: open it from the mail itself, the newest one you have. If you were signed in to the console, "
        "you may have been away too long: sign in again."
    ),
    405: marked("Go back to the page you came from and use the buttons there."),
    413: marked(
        "What you wrote is longer than a whole page of questions needs. Go back, shorten your longest "
        "answers and send them again."
    ),
    500: marked(
        "What you sent may not have arrived. Wait a minute, go back, and send it again: nothing is counted "
        "twice."
    ),
    503: marked("Nothing was half done. Wait a few seconds, then do it once more: nothing is counted twice."),
}
OTHERWISE = marked("That didn’t work")
WHAT_TO_DO_OTHERWISE = marked("Go back and try again. If it still doesn’t work, write to us.")


def problem_page(status: int) -> Response:
    """Return the page for a status, as an ordinary answer."""
    title, advice = TITLES.get(status, OTHERWISE), ADVICE.get(status, WHAT_TO_DO_OTHERWISE)
    return page("problem.html", title=gettext(title), advice=gettext(advice))


def problem(error: HTTPException) -> Response:
    """Return the page for an error; headers that belong to it, as Allow, are kept."""
    response = problem_page(error.code or 500)
    response.status_code = error.code or 500
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response
