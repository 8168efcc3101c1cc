"""A policy from its TOML text. What a kind of criterion or rule takes is told in `criteria` and `rules`."""

import json
import re
import tomllib
from decimal import Decimal

from functions.matching.policy.checks import check_policy
from functions.matching.policy.model import MattersMost, Pairing, Points, Policy, PolicyError
from functions.matching.policy.sides import columns_of_sides, groups_of
from functions.matching.policy.toml import SourceText, TomlTable
from functions.matching.terms import Objective

_LEVELS = ("served", "floor", "total", "load", "least_change")


def parse_policy(text: str, *, file: str, language: str = "") -> Policy:
    """Return the policy that the TOML text says. Raises PolicyError, naming `file`, for the first mistake.

    A label, a title or a reason may be one text, or a table of texts by language: then that of
    `language` is taken, or the first in the file where there is none.
    """
    # Two dozen modules, which a process that reads no policy starts without.
    from functions.matching.criteria import parse_criterion  # noqa: PLC0415
    from functions.matching.rules import parse_rule  # noqa: PLC0415

    content = _toml_content(text, file)
    top = TomlTable(content, SourceText(file=file, lines=text.splitlines(), language=language))
    points = top.choice("points", Points, default=Points.SHARES)
    criteria = tuple(parse_criterion(table, points) for table in top.tables("criterion"))
    pairing = top.choice("pairing", Pairing, default=Pairing.SIDES)
    mentees, mentors = columns_of_sides(top, pairing)
    policy = Policy(
        name=top.text("name"),
        title=top.translated("title", default=""),
        points=points,
        mentees=mentees,
        mentors=mentors,
        objective=_objective(top.table("objective", required=False), pairing),
        criteria=criteria,
        rules=tuple(parse_rule(table, (mentees.id, mentors.id)) for table in top.tables("rule")),
        matters_most=_matters_most(top),
        canonical=json.dumps(content, sort_keys=True, ensure_ascii=False, default=str),
        pairing=pairing,
        groups=groups_of(top, pairing, mentors),
    )
    top.finish()
    check_policy(policy, top)
    return policy


def _toml_content(text: str, file: str) -> dict[str, object]:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(error, file) from error
    except ValueError as error:  # Python reads no number of thousands of digits
        raise PolicyError(
            file=file,
            line=0,
            where="",
            cause="a number in it is longer than any that is needed",
            remedy="Write at most six digits",
        ) from error
    except RecursionError as error:
        raise PolicyError(
            file=file,
            line=0,
            where="",
            cause="it is nested too deeply",
            remedy="Write it flat, as the examples are",
        ) from error


def _not_toml(error: tomllib.TOMLDecodeError, file: str) -> PolicyError:
    found = re.search(r"\(at (?:line (\d+), column (\d+)|end of document)\)", str(error))
    line = int(found[1]) if found and found[1] else 0
    what = re.sub(r"\s*\(at .*\)$", "", str(error)).rstrip(".")
    where = f"column {found[2]}" if found and found[2] else "at its end"
    return PolicyError(
        file=file,
        line=line,
        where=where,
        cause=f"this is not TOML ({what})",
        remedy="Correct that place; text stands in straight double quotes and lists in square brackets",
    )


def _objective(table: TomlTable, pairing: Pairing) -> Objective:
    if table.boolean("stable", default=False):
        return _stable(table, pairing)
    objective = Objective(
        served=table.boolean("served", default=True),
        floor=table.boolean("floor", default=True),
        total=table.boolean("total", default=True),
        load=table.boolean("load", default=True),
        least_change=table.boolean("least_change", default=True),
    )
    table.finish()
    return objective


def _stable(table: TomlTable, pairing: Pairing) -> Objective:
    """Return the objective of a policy that wants stability, which stands alone."""
    if pairing is not Pairing.SIDES:
        raise table.mistake(
            "stable",
            f"a stable match is one of {Pairing.SIDES}, and this policy is for {pairing}",
            "Drop this line",
        )
    beside = next((level for level in _LEVELS if table.has(level)), None)
    if beside is not None:
        raise table.mistake(
            beside,
            "a stable match is not the best at any level, so none can be chosen beside stable = true",
            f"Drop either “{beside}” or “stable”",
        )
    table.finish()
    return Objective(**dict.fromkeys(_LEVELS, False), stable=True)


def _matters_most(top: TomlTable) -> MattersMost | None:
    if not top.has("matters_most"):
        return None
    table = top.table("matters_most")
    column, times = table.text("column"), table.decimal("times", default=Decimal(2), largest=100)
    if times < 1:
        raise table.mistake(
            "times", f"{times} is below 1", "Write a number from 1: what matters most can’t count less"
        )
    table.finish()
    return MattersMost(column=column, times=table.thousandths("times", times))
