"""Every key in the table, and nothing else. Read this file to know what the table can answer.

| we ask                                       | with                                                   |
|----------------------------------------------|--------------------------------------------------------|
| one cohort; every cohort                     | pk=COHORTS                  sk=COHORT#cohort           |
| one enrolment; a cohort's people             | pk=PEOPLE#cohort            sk=ENROLMENT#id            |
| is this address on this roll, in this role?  | pk=PEOPLE#cohort            sk=EMAIL#role#digest       |
| everybody in a cohort, in brief              | pk=ROLL#cohort              sk=PERSON#person           |
| every pair of a cohort, in brief             | pk=ROLL#cohort              sk=PAIR#pairing            |
| how many people are in which state?          | pk=COUNTS#cohort            sk=PEOPLE#shard            |
| how many messages wait, or were sent?        | pk=COUNTS#cohort            sk=MESSAGES#shard          |
| one run; a cohort's runs                     | pk=RUNS#cohort              sk=RUN#id                  |
| one pairing; a cohort's pairings             | pk=PAIRINGS#cohort          sk=PAIRING#id              |
| are these two paired already?                | pk=PAIRINGS#cohort          sk=PAIR#mentor#mentee      |
| one person's pairings                        | pk=PAIRINGS#cohort          sk=PERSON#person#PAIRING#id |
| which check-ins were asked?                  | pk=CHECKINS#cohort          sk=REQUEST#pairing#number    |
| what did they answer to a check-in?          | pk=CHECKINS#cohort          sk=REPLY#pairing#number#person |
| who was asked which survey?                  | pk=SURVEYS#cohort           sk=SURVEY-REQUEST#moment#person |
| what did they answer to a survey?            | pk=SURVEYS#cohort           sk=SURVEY#moment#person    |
| who has answered about equality?             | pk=EQUALITY#cohort          sk=PARTICIPATION#digest    |
| how many gave which answer there?            | pk=EQUALITY#cohort          sk=COUNTS#version          |
| one message; a person's; a cohort's          | pk=MESSAGES#cohort#shard    sk=MESSAGE#person#id       |
| whose link is this?                          | pk=LINK#place               sk=LINK                    |
| a snapshot or a run's proposals, whole       | pk=DOCUMENT#cohort#sha256   sk=DOCUMENT                |
| one part of it                               | pk=DOCUMENT#cohort#sha256   sk=CHUNK#number            |
| what is short in a cohort?                   | pk=SUPPLY_FORECAST#cohort   sk=SUPPLY_FORECAST         |
| which documents has a cohort?                | pk=DOCUMENTS#cohort         sk=LISTED#sha256           |
| who asked for a link in the last hour?       | pk=LINK-REQUESTS#digest     sk=LINK-REQUESTS           |
| may we write to this address?                | pk=SUPPRESSION#digest       sk=SUPPRESSION             |
| who is signed in?                            | pk=SESSION#digest           sk=SESSION                 |
| whose bearer token is this?                  | pk=TOKEN#digest             sk=TOKEN                   |
| what happened, in order?                     | pk=AUDIT#cohort#shard       sk=ENTRY#number            |
| where does that chain end?                   | pk=AUDIT#cohort#shard       sk=HEAD                    |
| which messages wait for a worker? (index `due`) | due_pk=OUTBOX#shard      due_sk=time#id             |
| which runs wait for work? (index `due`)      | due_pk=RUNS                 due_sk=time#id             |

Ids carry no meaning and reach a key escaped and bounded (`_part`), so what a stranger puts into an
address can name nothing that is not theirs, nor a key longer than DynamoDB takes.
"""

import hashlib
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote

from functions.storage.item_values import instant_text

PARTITION, SORT = "pk", "sk"
INDEX = "due"
INDEX_PARTITION, INDEX_SORT = "due_pk", "due_sk"
# Epoch seconds after which DynamoDB may sweep an item up; every expiry is checked at read as well.
EXPIRES = "expires"

SHARDS = 8
# Every sweep asks each of these, so they are few; four take far more than a mail service sends.
OUTBOXES = 4
_LONGEST_PART = 128
# What the partitions of all links, sessions and bearer tokens begin with: whoever ends them all reads the
# whole table, for no partition lists them.
LINKS, SESSIONS, TOKENS = "LINK#", "SESSION#", "TOKEN#"


class Key(NamedTuple):
    """Where one item stands."""

    pk: str
    sk: str


def _part(given: str) -> str:
    """Return an id as it stands in a key: without `#`, and never longer than 128 characters."""
    escaped = quote(given, safe="@:+=, ", errors="surrogatepass")
    if len(escaped) <= _LONGEST_PART:
        return escaped
    return "long:" + hashlib.sha256(escaped.encode()).hexdigest()


def shard_of(id_: str) -> int:
    """Return the shard (0 … 7) that an id falls into; the same for ever."""
    return hashlib.sha256(id_.encode(errors="surrogatepass")).digest()[0] % SHARDS


def address_digest(email: str) -> str:
    """Return the digest under which an address is kept: blind to case, width and outer space."""
    folded = unicodedata.normalize("NFKC", email).strip().casefold()
    plain = unicodedata.normalize("NFKC", folded)
    return hashlib.sha256(plain.encode(errors="surrogatepass")).hexdigest()


def cohorts() -> str:
    """Return the partition of all cohorts."""
    return "COHORTS"


def cohort(cohort_id: str) -> Key:
    """Return the key of one cohort."""
    return Key(cohorts(), f"COHORT#{_part(cohort_id)}")


def people(cohort_id: str) -> str:
    """Return the partition of a cohort's enrolments and their claims on addresses."""
    return f"PEOPLE#{_part(cohort_id)}"


def runs_of(cohort_id: str) -> str:
    """Return the partition of a cohort's runs."""
    return f"RUNS#{_part(cohort_id)}"


def pairings(cohort_id: str) -> str:
    """Return the partition of a cohort's pairings and the ways to them."""
    return f"PAIRINGS#{_part(cohort_id)}"


def checkins(cohort_id: str) -> str:
    """Return the partition of the check-in requests and replies of a cohort."""
    return f"CHECKINS#{_part(cohort_id)}"


def surveys(cohort_id: str) -> str:
    """Return the partition of a cohort's surveys."""
    return f"SURVEYS#{_part(cohort_id)}"


def enrolment(cohort_id: str, enrolment_id: str) -> Key:
    """Return the key of one enrolment; all of them begin with `ENROLMENT#`."""
    return Key(people(cohort_id), f"ENROLMENT#{_part(enrolment_id)}")


def address(cohort_id: str, role: str, email: str) -> Key:
    """Return the key of the claim on an address in a role."""
    return Key(people(cohort_id), f"EMAIL#{_part(role)}#{address_digest(email)}")


def roll(cohort_id: str) -> str:
    """Return the partition of a cohort's roll: each person and each pair in brief."""
    return f"ROLL#{_part(cohort_id)}"


def roll_person(cohort_id: str, person_id: str) -> Key:
    """Return the key of one person on the roll; all of them begin with `PERSON#`."""
    return Key(roll(cohort_id), f"PERSON#{_part(person_id)}")


def roll_pair(cohort_id: str, pairing_id: str) -> Key:
    """Return the key of one pair on the roll; all of them begin with `PAIR#`."""
    return Key(roll(cohort_id), f"PAIR#{_part(pairing_id)}")


def people_counts(cohort_id: str, shard: int) -> Key:
    """Return the key of the counts of people whose ids fall into a shard."""
    return Key(f"COUNTS#{_part(cohort_id)}", f"PEOPLE#{shard}")


def message_counts(cohort_id: str, shard: int) -> Key:
    """Return the key of the counts of messages to people whose ids fall into a shard."""
    return Key(f"COUNTS#{_part(cohort_id)}", f"MESSAGES#{shard}")


def run(cohort_id: str, run_id: str) -> Key:
    """Return the key of one run; all of them begin with `RUN#`."""
    return Key(runs_of(cohort_id), f"RUN#{_part(run_id)}")


def pairing(cohort_id: str, pairing_id: str) -> Key:
    """Return the key of one pairing; all of them begin with `PAIRING#`."""
    return Key(pairings(cohort_id), f"PAIRING#{_part(pairing_id)}")


def pair(cohort_id: str, mentor_id: str, mentee_id: str) -> Key:
    """Return the key of the claim that keeps two people from being paired twice."""
    return Key(pairings(cohort_id), f"PAIR#{_part(mentor_id)}#{_part(mentee_id)}")


def pairings_of(person_id: str) -> str:
    """Return what the sort keys of one person's pairings begin with."""
    return f"PERSON#{_part(person_id)}#PAIRING#"


def pairing_of(cohort_id: str, person_id: str, pairing_id: str) -> Key:
    """Return the key that leads from a person to one of their pairings."""
    return Key(pairings(cohort_id), pairings_of(person_id) + _part(pairing_id))


def checkin_request(cohort_id: str, pairing_id: str, number: int) -> Key:
    """Return the key of the fact that a check-in was asked; all of them begin with `REQUEST#`."""
    return Key(checkins(cohort_id), f"REQUEST#{_part(pairing_id)}#{number:03}")


def replies_to(pairing_id: str) -> str:
    """Return what the sort keys of the replies about one pairing begin with."""
    return f"REPLY#{_part(pairing_id)}#"


def reply(cohort_id: str, pairing_id: str, number: int, person_id: str) -> Key:
    """Return the key of one person's reply to one check-in; all of them begin with `REPLY#`."""
    return Key(checkins(cohort_id), f"{replies_to(pairing_id)}{number:03}#{_part(person_id)}")


def survey_request(cohort_id: str, moment: str, person_id: str) -> Key:
    """Return the key of the fact that a person was asked; all of them begin with `SURVEY-REQUEST#`."""
    return Key(surveys(cohort_id), f"SURVEY-REQUEST#{_part(moment)}#{_part(person_id)}")


def surveys_at(moment: str) -> str:
    """Return what the sort keys of the answers to one moment's survey begin with."""
    return f"SURVEY#{_part(moment)}#"


def survey(cohort_id: str, moment: str, person_id: str) -> Key:
    """Return the key of one person's answers to one moment's survey."""
    return Key(surveys(cohort_id), surveys_at(moment) + _part(person_id))


def equality(cohort_id: str) -> str:
    """Return the partition of the counted answers about equality of a cohort."""
    return f"EQUALITY#{_part(cohort_id)}"


def equality_participation(cohort_id: str, digest: str) -> Key:
    """Return the key of the claim that keeps one person to one set of answers; it holds none of them."""
    return Key(equality(cohort_id), f"PARTICIPATION#{_part(digest)}")


def equality_counts(cohort_id: str, version: str) -> Key:
    """Return the key of the counts for one version of the questions; all of them begin with `COUNTS#`."""
    return Key(equality(cohort_id), f"COUNTS#{_part(version)}")


def message(cohort_id: str, recipient_id: str, message_id: str) -> Key:
    """Return the key of one message; all of them begin with `MESSAGE#`."""
    return Key(messages_with(cohort_id, recipient_id), f"{messages_to(recipient_id)}{_part(message_id)}")


def messages_with(cohort_id: str, recipient_id: str) -> str:
    """Return the partition of a cohort's messages in which this person's stand."""
    return f"MESSAGES#{_part(cohort_id)}#{shard_of(recipient_id)}"


def messages_to(recipient_id: str) -> str:
    """Return what the sort keys of the messages to one person begin with."""
    return f"MESSAGE#{_part(recipient_id)}#"


def messages(cohort_id: str) -> Iterator[str]:
    """Yield the partitions of a cohort's messages."""
    return (f"MESSAGES#{_part(cohort_id)}#{shard}" for shard in range(SHARDS))


def link(place: str) -> Key:
    """Return the key of the link whose token names this place."""
    return Key(f"{LINKS}{_part(place)}", "LINK")


def document(cohort_id: str, sha256: str) -> Key:
    """Return the key of a document's head: how long it is and in how many parts it lies."""
    return Key(f"DOCUMENT#{_part(cohort_id)}#{_part(sha256)}", "DOCUMENT")


def chunk(cohort_id: str, sha256: str, number: int) -> Key:
    """Return the key of one part of a document, numbered from 0; all begin with `CHUNK#`."""
    return Key(document(cohort_id, sha256).pk, f"CHUNK#{number:06}")


def supply_forecast(cohort_id: str) -> Key:
    """Return the key of the last supply forecast of a cohort."""
    return Key(f"SUPPLY_FORECAST#{_part(cohort_id)}", "SUPPLY_FORECAST")


def documents(cohort_id: str) -> str:
    """Return the partition that lists a cohort's documents."""
    return f"DOCUMENTS#{_part(cohort_id)}"


def document_listing(cohort_id: str, sha256: str) -> Key:
    """Return the key of the fact that a cohort may have a document; all of them begin with `LISTED#`."""
    return Key(documents(cohort_id), f"LISTED#{_part(sha256)}")


def link_requests(email: str) -> Key:
    """Return the key of when fresh links were last asked for with an address."""
    return Key(f"LINK-REQUESTS#{address_digest(email)}", "LINK-REQUESTS")


def suppression(email: str) -> Key:
    """Return the key of the fact that an address must not be written to."""
    return Key(f"SUPPRESSION#{address_digest(email)}", "SUPPRESSION")


def session(digest: str) -> Key:
    """Return the key of the session whose token has this digest."""
    return Key(f"{SESSIONS}{_part(digest)}", "SESSION")


def token(digest: str) -> Key:
    """Return the key of the bearer token with this digest."""
    return Key(f"{TOKENS}{_part(digest)}", "TOKEN")


def audit(cohort_id: str, shard: int) -> str:
    """Return the partition of one of the chains of a cohort's audit trail."""
    return f"AUDIT#{_part(cohort_id)}#{shard}"


def audit_entry(cohort_id: str, shard: int, number: int) -> Key:
    """Return the key of one audit entry, numbered from 1; all of them begin with `ENTRY#`."""
    return Key(audit(cohort_id, shard), f"ENTRY#{number:012}")


def audit_head(cohort_id: str, shard: int) -> Key:
    """Return the key of the end of a chain."""
    return Key(audit(cohort_id, shard), "HEAD")


def outbox(message_id: str) -> str:
    """Return the index partition of a message that is due, or that somebody is sending."""
    return f"OUTBOX#{shard_of(message_id) % OUTBOXES}"


def outboxes() -> Iterator[str]:
    """Yield the index partitions of all messages that wait for a worker, or have one."""
    return (f"OUTBOX#{shard}" for shard in range(OUTBOXES))


def runs() -> str:
    """Return the index partition of the runs that wait for work."""
    return "RUNS"


def moment(at: datetime, id_: str) -> str:
    """Return the index sort key of an item that falls due at an instant."""
    return f"{instant_text(at)}#{_part(id_)}"


def moments_until(at: datetime) -> str:
    """Return a bound that every index sort key of that instant or before is below."""
    return f"{instant_text(at)}$"  # `$` follows `#`
