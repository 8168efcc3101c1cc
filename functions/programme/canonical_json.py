"""JSON in one form only: equal values are equal bytes, so a digest of the bytes names the value."""

import json


def canonical_json(value: object) -> bytes:
    """Return the value as JSON in UTF-8, with sorted names and no blanks."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
