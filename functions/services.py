"""What a use case depends on, as data: the table, the mail service, the queues, the programme, clock and ids.

`bootstrap.build_services` makes one in Lambda and `infra/local` makes one on one machine, so that nothing
inside reads the environment, the time or chance by itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from functions.messages.ses import SesSender
from functions.programme.people import Role
from functions.programme.programme import Programme
from functions.programme.questionnaire import Questionnaire
from functions.queues import Queue
from functions.storage.table import Table
from functions.time_limit import NO_LIMIT, TimeLimit


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The dependencies of one programme.

    `origin` is the public address without a final slash. `link_keys` are 32 secret bytes each: mails carry
    links of the first, and links of every one open; there are two while the key is changed. `clock` returns
    an aware UTC instant, `new_id` an id that carries no meaning. `time_limit` is that of the event which is
    answered now; work of many parts asks it before each.
    """

    table: Table
    email_sender: SesSender
    run_queue: Queue
    mail_queue: Queue
    programme: Programme
    questionnaires: Mapping[str, Questionnaire]
    policies: Mapping[str, str]
    origin: str
    sender_address: str
    link_keys: tuple[bytes, ...]
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    time_limit: TimeLimit = NO_LIMIT


def questionnaire_for(services: Services, role: Role) -> Questionnaire:
    """Return the matching questionnaire that people of this role answer."""
    return services.questionnaires[services.programme.questionnaires[role]]
