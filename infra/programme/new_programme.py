"""`./kith new-programme NAME`: write the definition of a new programme, ready to be read and changed.

Every key stands in it with why it is there, and what it says passes `./kith check` as it is.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from string import Template

from infra import ROOT
from schemas.definitions import NAME

TEMPLATE = Path(__file__).with_name("programme.toml")
LONGEST = 40
# Time enough to write the texts and to recruit mentors.
OPENS_IN_WEEKS = 8
DONE = 0
REFUSED = 2


def run(argv: Sequence[str], root: Path = ROOT) -> int:
    """Write the file that `argv` names, or say why not; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="./kith new-programme",
        description="Write the definition of a new programme, every key explained, into schemas/programmes.",
    )
    parser.add_argument(
        "name", metavar="NAME", help="small letters, digits and hyphens, like second-year: it names the file"
    )
    name = parser.parse_args(argv).name
    refusal = _refusal(name)
    file = root / "schemas" / "programmes" / f"{name}.toml"
    if refusal is None:
        try:
            with file.open("x", encoding="utf-8", newline="\n") as fresh:
                fresh.write(text_for(name, datetime.now(UTC).date()))
        except FileExistsError:
            refusal = (
                f"there is a programme `{name}` already, and nothing was changed. Edit "
                f"schemas/programmes/{name}.toml, or choose another name."
            )
        except OSError as problem:
            refusal = f"schemas/programmes/{name}.toml can’t be written: {problem.strerror}."
    if refusal is not None:
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
