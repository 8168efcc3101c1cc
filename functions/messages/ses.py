"""Handing an e-mail to the mail service, once.

SES has no token that would make a second hand-over harmless, so nothing here, the SDK included, tries
twice. What the answer leaves open is UNKNOWN, and only the service's own word settles it.
"""

import logging
from email.message import EmailMessage
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from functions.messages.addressing import Addressed, MisaddressedError, checked_bytes

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

log = logging.getLogger("kith")

# What an e-mail says of itself. These stand here, so that who only hands over loads no templates.
MESSAGE_HEADER = "X-Kith-Message"
COHORT_HEADER = "X-Kith-Cohort"
RECIPIENT_HEADER = "X-Kith-Recipient"

MESSAGE_TAG = "kith-message"
COHORT_TAG = "kith-cohort"
RECIPIENT_TAG = "kith-recipient"

# This mail will never be taken. Every other refusal is about us, our quota or our settings.
_NEVER = frozenset({"MessageRejected", "BadRequestException"})
_SERVER_ERROR = 500


class Delivery(Enum):
    """What became of handing an e-mail over."""

    ACCEPTED = auto()
    LATER = auto()  # certainly not taken; to be tried again
    UNKNOWN = auto()  # perhaps taken: the answer was lost
    REFUSED = auto()  # certainly not taken, and never will be
    MISADDRESSED = auto()  # never handed over: it would have reached another address than it should


class SesSender:
    """The mail service of one stage. `configuration_set` names where its feedback goes."""

    def __init__(self, client: "SESV2Client", configuration_set: str | None) -> None:
        """Take the client, made with `client_settings`."""
        self._client = client
        self._configuration_set = configuration_set

    @staticmethod
    def client_settings() -> Config:
        """Return how the SES client is to be made: patient, and without a second attempt."""
        return Config(connect_timeout=3, read_timeout=20, retries={"total_max_attempts": 1})

    def send(self, email: EmailMessage, message_id: str, addressed: Addressed) -> tuple[Delivery, str | None]:
        """Hand the e-mail over, and return what became of it and, if accepted, the service's id.

        The bytes that are handed over are those that were read again, and they go to the one address that
        they were held against. Raises ValueError when the client would send twice.
        """
        retries: dict[str, Any] = getattr(self._client.meta.config, "retries", None) or {}
        if retries.get("total_max_attempts") != 1:
            raise ValueError("the mail client retries by itself: make it with SesSender.client_settings()")
        try:
            raw = checked_bytes(email, addressed)
        except MisaddressedError as fault:
            # The text is ours, and names nobody.
            log.error("mail misaddressed", extra={"message_id": message_id, "cause": str(fault)})  # noqa: TRY400
            return Delivery.MISADDRESSED, None
        tags = {
            MESSAGE_TAG: message_id,
            COHORT_TAG: email[COHORT_HEADER],
            RECIPIENT_TAG: email[RECIPIENT_HEADER],
        }
        request: dict[str, Any] = {
            # Named here, nothing in the headers says where it goes.
            "Destination": {"ToAddresses": [addressed.to]},
            "Content": {"Raw": {"Data": raw}},
            "EmailTags": [{"Name": name, "Value": value} for name, value in tags.items() if value],
        }
        if self._configuration_set:
            request["ConfigurationSetName"] = self._configuration_set
        try:
            return Delivery.ACCEPTED, self._client.send_email(**request)["MessageId"]
        except ClientError as error:
            return _delivery_after(error), None
        except (ConnectTimeoutError, EndpointConnectionError):
            return Delivery.LATER, None
        except BotoCoreError:
            return Delivery.UNKNOWN, None


def _delivery_after(error: ClientError) -> Delivery:
    if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", _SERVER_ERROR) >= _SERVER_ERROR:
        return Delivery.UNKNOWN
    return Delivery.REFUSED if error.response["Error"]["Code"] in _NEVER else Delivery.LATER
