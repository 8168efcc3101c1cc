"""Which programme a command is for: the one that is named, else the ready-made one, else the only one."""

import click

from functions.questionnaires import definitions

READY_MADE = "first-year"


def usual() -> str:
    """Return the name of the programme that is meant where none is named; raises Undefined without any."""
    names = definitions.names_of("programmes", ".toml")
    if not names:
        raise definitions.Undefined(
            "There is no programme in schemas/programmes. Make one: ./kith new-programme NAME"
        )
    return READY_MADE if READY_MADE in names else names[0]


def _default() -> str:
    try:
        return usual()
    except definitions.Undefined as error:
        raise click.UsageError(str(error)) from error


PROGRAMME = click.option(
    "--programme",
    default=_default,
    metavar="NAME",
    help=f"a file in schemas/programmes, without its ending ({READY_MADE} where that is there)",
)
