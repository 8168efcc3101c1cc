"""`./kith new-programme NAME`: write the definition of a new programme, ready to be read and changed.

Every key stands in it with why it is there, and what it says passes `./kith check` as it is.
"""

import re
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from string import Template

import click

from functions.questionnaires.definitions import NAME
from infra import ROOT

TEMPLATE = Path(__file__).with_name("programme.toml")
LONGEST = 40
# Time enough to write the texts and to recruit mentors.
OPENS_IN_WEEKS = 8
DONE = 0
REFUSED = 2


@click.command()
@click.argument(
    "name", metavar="NAME", help="small letters, digits and hyphens, like second-year: it names the file"
)
def command(*, name: str) -> int:
    """Write the definition of a new programme, every key explained, into schemas/programmes."""
    return run(name)


def run(name: str, root: Path = ROOT) -> int:
    """Write the file of that name below `root`, or say why not; return the exit status."""
    refusal = _refusal(name) or _written(name, root / "schemas" / "programmes" / f"{name}.toml")
    if refusal:
        print(f"kith: {refusal}", file=sys.stderr)
        return REFUSED
    print(
        f"Written: schemas/programmes/{name}.toml\n\n"
        "Read it from top to bottom and change what is yours: each key says what it is for. Then\n\n"
        f"  ./kith check {' ':<{len(name) + 12}}  names every mistake\n"
        f"  ./kith run --programme {name}    shows it on this machine, with made-up people\n"
        f"  ./kith build --programme {name}  builds its site and functions"
    )
    return DONE


def _written(name: str, file: Path) -> str | None:
    """Write the new file; return why that can't be."""
    try:
        with file.open("x", encoding="utf-8", newline="\n") as fresh:
            fresh.write(text_for(name, datetime.now(UTC).date()))
    except FileExistsError:
        return (
            f"there is a programme `{name}` already, and nothing was changed. Edit "
            f"schemas/programmes/{name}.toml, or choose another name."
        )
    except OSError as problem:
        return f"schemas/programmes/{name}.toml can’t be written: {problem.strerror}."
    return None


def text_for(name: str, today: date) -> str:
    """Return the definition of a programme of that name; its enrolment opens on a Monday in two months."""
    earliest = today + timedelta(weeks=OPENS_IN_WEEKS)
    opens_on = earliest + timedelta(days=-earliest.weekday() % 7)
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        id=name,
        title=" ".join(word.capitalize() for word in name.split("-")),
        opens_on=opens_on.isoformat(),
        conduct=f"{opens_on:%Y-%m}",
    )


def _refusal(name: str) -> str | None:
    if NAME.fullmatch(name) and len(name) <= LONGEST:
        return None
    likely = re.sub(r"[^a-z0-9]+", "-", name.lower())[:LONGEST].strip("-")
    hint = f" How about `{likely}`?" if likely else ""
    return (
        f"`{name}` can’t name a programme. Use small letters, digits and hyphens, at most {LONGEST} of them, "
        f"as in second-year: it stands in file names and addresses.{hint}"
    )
