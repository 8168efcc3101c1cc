"""Numbers that stand in encoded answers for what is no plain answer."""

MISSING = -1  # no answer
ANY = -2  # an answer that fits every other
NOT_ASKED = -3  # a condition that this mentee does not ask for
NOWHERE = -(2**63)  # the place on a ladder of an answer that is missing
