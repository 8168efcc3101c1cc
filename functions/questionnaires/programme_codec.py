"""A programme out of a definition that is known to be sound: nothing is checked here.

The build of the zips writes down what the checks made of each definition file, so that a function which
starts reads that, and needs neither TOML nor marshmallow for it (decision 0076).
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from functions.programme.people import Role
from functions.programme.programme import (
    STAGES,
    Calendar,
    Contact,
    Criterion,
    Decision,
    Enrolling,
    Moment,
    Programme,
    Retention,
    Settings,
    StageWeeks,
    Theme,
    usual_checkins,
    usual_stages,
)


def written(found: Mapping[str, Any]) -> str:
    """Return a sound definition as JSON, the same text each time; a day is written as ISO text."""
    return json.dumps(found, default=date.isoformat, ensure_ascii=False, indent=1, sort_keys=True)


def programme_from(programme_id: str, found: Mapping[str, Any]) -> Programme:
    """Return the programme that a definition, already known to be sound, describes.

    `found` is what `schemas.programme.checked` returned, as it is or as `written` wrote it.
    """
    ask = found["questionnaires"]
    opens_on = date.fromisoformat(str(found["calendar"]["opens_on"]))
    calendar = Calendar(**{**found["calendar"], "opens_on": opens_on})
    settings = Settings(**{**found["settings"], "objectives": tuple(found["settings"]["objectives"])})
    weeks: Mapping[str, int] = found.get("stages", {})
    return Programme(
        id=programme_id,
        name=found["name"],
        organisation=found["organisation"],
        zone=found["zone"],
        languages=tuple(found["languages"]),
        theme=Theme(accent=found["theme"]["accent"].lower(), logo=found["theme"].get("logo")),
        contact=Contact(**found["contact"]),
        settings=settings,
        calendar=calendar,
        policy=found["policy"],
        questionnaires={Role.MENTOR: ask["mentor"], Role.MENTEE: ask["mentee"]},
        surveys={moment: ask[moment] for moment in Moment if moment in ask},
        equality=ask.get("equality"),
        enrolling=_enrolling(found.get("enrolment", {})),
        retention=Retention(**found.get("retention", {})),
        checkin_days=tuple(found.get("mails", {}).get("checkin_days", ()))
        or usual_checkins(calendar.pairing_weeks),
        stages=tuple(StageWeeks(name=name, from_week=weeks[name]) for name in STAGES if name in weeks)
        or usual_stages(calendar.pairing_weeks),
        success=tuple(
            Criterion(
                objective=settings.objectives[criterion["objective"] - 1],
                measured_by=criterion["measured_by"],
                target=criterion["target"],
            )
            for criterion in found.get("success", ())
        ),
    )


def _enrolling(found: Mapping[str, Any]) -> Enrolling:
    ruled = {**found}
    if "decided_by" in ruled:
        ruled["decided_by"] = Decision(ruled["decided_by"])
    if "domains" in ruled:
        ruled["domains"] = tuple(dict.fromkeys(domain.lower() for domain in ruled["domains"]))
    return Enrolling(**ruled)
