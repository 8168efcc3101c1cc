"""The application of this process, over its services; in Lambda Zappa's handler loads it from here."""

from functions.app import create_app
from functions.bootstrap import services_from_environment

application = create_app(services_from_environment())
