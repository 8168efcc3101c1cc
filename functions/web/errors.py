"""What a person reads when something is not there, not allowed, or broken: what it is, what to do."""

from flask import Response
from werkzeug.exceptions import HTTPException

from functions.web.rendering import page

TITLES = {
    400: "We couldn’t read what your browser sent",
    403: "That button wasn’t pressed on our own page",
    404: "This page isn’t here",
    405: "This page can’t do that",
    413: "That was more than we can take",
    500: "Something went wrong on our side",
    503: "We are very busy just now",
}
ADVICE = {
    400: "Go back, reload the page and send it once more. Your answers are still on the page.",
    403: "Nothing was changed. Open the page again and press the button there.",
    404: """If you followed a link from one of our mails, its time may be over, or a part of it was lost on
        the way: open it from the mail itself, the newest one you have. If you were signed in to the console,
        you may have been away too long: sign in again.""",
    405: "Go back to the page you came from and use the buttons there.",
    413: """What you wrote is longer than a whole page of questions needs. Go back, shorten your longest
        answers and send them again.""",
    500: """What you sent may not have arrived. Wait a minute, go back, and send it again: nothing is counted
        twice.""",
    503: "Nothing was half done. Wait a few seconds, then do it once more: nothing is counted twice.",
}
OTHERWISE = "That didn’t work"
WHAT_TO_DO_OTHERWISE = "Go back and try again. If it still doesn’t work, write to us."


def problem_page(status: int) -> Response:
    """Return the page for a status, as an ordinary answer."""
    advice = " ".join(ADVICE.get(status, WHAT_TO_DO_OTHERWISE).split())
    return page("problem.html", title=TITLES.get(status, OTHERWISE), advice=advice)


def problem(error: HTTPException) -> Response:
    """Return the page for an error; headers that belong to it, as Allow, are kept."""
    response = problem_page(error.code or 500)
    response.status_code = error.code or 500
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response
