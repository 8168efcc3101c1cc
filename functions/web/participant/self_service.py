"""“Your place”: ask for a fresh link to one's own data. Whoever asks, the answer is the same bytes."""

from http import HTTPStatus

from flask import request
from flask.typing import ResponseReturnValue

from functions.i18n.languages import marked
from functions.programme.links import SELF_SERVICE_PURPOSES, Purpose
from functions.programme.people import Role
from functions.questionnaires.plain_text import SAY_A_PLAIN_ADDRESS, TextError, address_of
from functions.usecases.access.request_link import LinkRequest, ask_for_link
from functions.web.guards import Guard, Guarded
from functions.web.rendering import current_services, gettext, page

routes = Guarded("place", guard=Guard.PUBLIC, url_prefix="/my/place")
CHOOSE_WHAT = marked("Choose what you would like to do")
CHOOSE_ROLE = marked("Choose as whom you enrolled")
SAY_ADDRESS = marked("Enter the address that you enrolled with, like name@university.example")


@routes.get("/")
def ask() -> ResponseReturnValue:
    """Show the page; a link in a mail may have chosen already what somebody wants to do."""
    return page("my/place.html", given={"do": request.args.get("do", "")}, faults={})


@routes.post("/")
def send() -> ResponseReturnValue:
    """Mail a link if the address is known. Nothing in the answer says whether it is."""
    asked, faults = _read()
    if asked is None:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return page("my/place.html", status, given=dict(request.form), faults=faults)
    ask_for_link(current_services(), asked)
    return page("my/place-sent.html")


def _read() -> tuple[LinkRequest | None, dict[str, str]]:
    """Return what was asked, or what to do about each field, by its name."""
    do, role = request.form.get("do", ""), request.form.get("role", "")
    faults = {}
    if do not in SELF_SERVICE_PURPOSES:
        faults["do"] = gettext(CHOOSE_WHAT)
    if role not in set(Role):
        faults["role"] = gettext(CHOOSE_ROLE)
    try:
        email = address_of(request.form.get("email", ""))
    except TextError as refused:
        plain = str(refused) == SAY_A_PLAIN_ADDRESS
        faults["email"] = gettext(SAY_A_PLAIN_ADDRESS if plain else SAY_ADDRESS)
    if faults:
        return None, faults
    return LinkRequest(purpose=Purpose(do), role=Role(role), email=email), {}
