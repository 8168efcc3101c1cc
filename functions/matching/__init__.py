"""The matching engine: people and a policy in, the best pairings with reasons and a proof out.

All of it is pure: no cloud, no clock, no chance, no environment. The same people and policy give the same
bytes, on any machine and whatever order the people come in.

This is the only door: nothing outside imports deeper. A name is imported from its module when it is first
asked for (PEP 562), since the web function reads policies and has neither numpy nor a solver.

| to read                                        | look in                                          |
|------------------------------------------------|--------------------------------------------------|
| one match from beginning to end                | engine; its result: outcome, reasons             |
| what a policy may say, and every mistake in it | policy: model, parse, checks                     |
| one kind of criterion or rule                  | criteria, rules: one module each                 |
| how good a pairing is                          | scoring: people_encoder, encoding, blocked       |
| which pairs of a large cohort are looked at    | scoring/candidates, solving/column_generation    |
| the best pairings of two sides                 | solving/assignment: flow_network, lexicographic  |
| other kinds: one pool, groups, stable          | solving: peer_matching; group_search; stable     |
| whether it is what it says                     | verification: shares nothing with what it checks |
| why, why not, what would help                  | reports                                          |
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from functions.matching.cohort import Cohort, limit_capacity
    from functions.matching.criteria import CRITERION_KINDS
    from functions.matching.engine import Unsound, match
    from functions.matching.outcome import Outcome, Pair, Unmatched, Wish, to_json
    from functions.matching.pairings.run import Stage, Surveyor
    from functions.matching.people import Person, Role, Value, canonical
    from functions.matching.policy.model import (
        LARGEST_CAPACITY,
        WHOLE,
        AnswerSource,
        Columns,
        Criterion,
        Pairing,
        Points,
        Policy,
        PolicyError,
        Rule,
        RuleKind,
    )
    from functions.matching.policy.parse import parse_policy
    from functions.matching.reasons import (
        NO_FACTS,
        Against,
        CannotMatch,
        Cause,
        Change,
        Facts,
        Finding,
        FurtherPlace,
        Impossibility,
        Note,
        Noted,
        Problem,
        Reason,
        Remedy,
        SharedTime,
        Way,
        WhyNot,
        WhyUnmatched,
        from_data,
        to_data,
    )
    from functions.matching.reports.aggregates import SMALLEST, shown_count
    from functions.matching.reports.fairness import compare_groups, describe_fairness
    from functions.matching.reports.further_places import add_further_places
    from functions.matching.reports.rematch import describe_changes, report_changes
    from functions.matching.reports.stability import describe_stability, report_stability
    from functions.matching.reports.supply_forecast import SupplyForecast, forecast_supply
    from functions.matching.reports.whatif import compare_outcomes, describe_comparison
    from functions.matching.rules import column_labels
    from functions.matching.score_matrix import Sparse, Survey
    from functions.matching.scoring.candidates import (
        NO_CANDIDATE,
        BlockCandidates,
        best_of_block,
        merge_candidates,
    )
    from functions.matching.scoring.scores import Prepared, prepare, score_block
    from functions.matching.solving.assignment import assign
    from functions.matching.terms import Objective, Side, Terms

__all__ = [
    "CRITERION_KINDS",
    "LARGEST_CAPACITY",
    "NO_CANDIDATE",
    "NO_FACTS",
    "SMALLEST",
    "WHOLE",
    "Against",
    "AnswerSource",
    "BlockCandidates",
    "CannotMatch",
    "Cause",
    "Change",
    "Cohort",
    "Columns",
    "Criterion",
    "Facts",
    "Finding",
    "FurtherPlace",
    "Impossibility",
    "Note",
    "Noted",
    "Objective",
    "Outcome",
    "Pair",
    "Pairing",
    "Person",
    "Points",
    "Policy",
    "PolicyError",
    "Prepared",
    "Problem",
    "Reason",
    "Remedy",
    "Role",
    "Rule",
    "RuleKind",
    "SharedTime",
    "Side",
    "Sparse",
    "Stage",
    "SupplyForecast",
    "Survey",
    "Surveyor",
    "Terms",
    "Unmatched",
    "Unsound",
    "Value",
    "Way",
    "WhyNot",
    "WhyUnmatched",
    "Wish",
    "add_further_places",
    "assign",
    "best_of_block",
    "canonical",
    "column_labels",
    "compare_groups",
    "compare_outcomes",
    "describe_changes",
    "describe_comparison",
    "describe_fairness",
    "describe_stability",
    "forecast_supply",
    "from_data",
    "limit_capacity",
    "match",
    "merge_candidates",
    "parse_policy",
    "prepare",
    "report_changes",
    "report_stability",
    "score_block",
    "shown_count",
    "to_data",
    "to_json",
]

_NAMES_BY_MODULE = {
    "cohort": ("Cohort", "limit_capacity"),
    "criteria": ("CRITERION_KINDS",),
    "engine": ("Unsound", "match"),
    "pairings.run": ("Stage", "Surveyor"),
    "outcome": ("Outcome", "Pair", "Unmatched", "Wish", "to_json"),
    "people": ("Person", "Role", "Value", "canonical"),
    "policy.model": (
        "LARGEST_CAPACITY",
        "WHOLE",
        "AnswerSource",
        "Columns",
        "Criterion",
        "Pairing",
        "Points",
        "Policy",
        "PolicyError",
        "Rule",
        "RuleKind",
    ),
    "policy.parse": ("parse_policy",),
    "reasons": (
        "NO_FACTS",
        "Against",
        "CannotMatch",
        "Cause",
        "Change",
        "Facts",
        "Finding",
        "FurtherPlace",
        "Impossibility",
        "Note",
        "Noted",
        "Problem",
        "Reason",
        "Remedy",
        "SharedTime",
        "Way",
        "WhyNot",
        "WhyUnmatched",
        "from_data",
        "to_data",
    ),
    "reports.aggregates": ("SMALLEST", "shown_count"),
    "reports.fairness": ("compare_groups", "describe_fairness"),
    "reports.further_places": ("add_further_places",),
    "reports.rematch": ("describe_changes", "report_changes"),
    "reports.stability": ("describe_stability", "report_stability"),
    "reports.supply_forecast": ("SupplyForecast", "forecast_supply"),
    "reports.whatif": ("compare_outcomes", "describe_comparison"),
    "rules": ("column_labels",),
    "score_matrix": ("Sparse", "Survey"),
    "scoring.candidates": ("NO_CANDIDATE", "BlockCandidates", "best_of_block", "merge_candidates"),
    "scoring.scores": ("Prepared", "prepare", "score_block"),
    "solving.assignment": ("assign",),
    "terms": ("Objective", "Side", "Terms"),
}
MODULE_OF = {name: f"{__name__}.{module}" for module, names in _NAMES_BY_MODULE.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import what was asked for from its module. Raises AttributeError for anything else."""
    if name not in MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(MODULE_OF[name]), name)
    return value
