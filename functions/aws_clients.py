"""AWS clients in Lambda, made so that a cold start waits for them as little as it can.

botocore looks through the descriptions of four hundred services for each one that it is asked for; here it is
told which there are. Their addresses follow from rules that each service brings along, so the list of all
addresses of all services (1.2 MB) is not read. Decision 0076 has the milliseconds.
"""

from collections.abc import Callable
from functools import cache, cached_property
from typing import Any

from botocore.config import Config
from botocore.loaders import Loader
from botocore.session import Session

SERVICES = ("dynamodb", "sesv2", "sqs")


class KnownServices(Loader):
    """botocore's descriptions of services, of which these are all that there are."""

    def list_available_services(self, type_name: str) -> list[str]:
        """Return the services that Kith asks, for every type of description."""
        del type_name
        return list(SERVICES)

    def load_data_with_path(self, name: str) -> tuple[Any, str]:
        """Return one description and where it stands; of addresses, that there is no list."""
        if name == "endpoints":
            return {"partitions": []}, self.BUILTIN_DATA_PATH
        data, path = super().load_data_with_path(name)
        return data, path


class LazyClient:
    """A client that is made when it is first asked for something: most pages need the table alone."""

    def __init__(self, make: Callable[[], Any]) -> None:
        """Take what makes the client; nothing is made yet."""
        self._make = make

    @cached_property
    def _client(self) -> Any:
        return self._make()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


def client(service: str, config: Config) -> Any:
    """Return a client of one of `SERVICES`, with the function's own region and credentials."""
    return session().create_client(service, config=config)


@cache
def session() -> Session:
    """Return what clients are made from, once in a process."""
    made = Session()
    made.register_component("data_loader", KnownServices())
    return made
