"""Words by which people say that they give no answer: whole cells only, never a part of one."""

import unicodedata

_WORDS = frozenset(
    {
        *("n/a", "na", "n.a.", "n. a.", "n/a.", "not applicable", "nil", "null", "nan", "none", "nothing"),
        *("no answer", "not answered", "unanswered", "no response", "not specified", "unspecified"),
        *("prefer not to say", "prefer not to answer", "i prefer not to say", "i'd prefer not to say"),
        *("i would prefer not to say", "rather not say", "i'd rather not say", "decline to answer"),
        *("don't know", "do not know", "i don't know", "no preference given", "tbd", "tba", "unknown"),
        *("keine angabe", "k.a.", "k. a.", "keine", "sans objet", "sans réponse", "aucun", "aucune", "s.o."),
        *("ninguno", "ninguna", "no aplica", "n/d", "nessuno", "nessuna", "nenhum", "nenhuma", "geen"),
        *("لا يوجد", "لا شيء", "无", "無", "没有", "なし", "нет"),
    }
)
_MARKS = "-–—\u2010\u2011\u2212_./\\*?·…~"
_QUOTES = dict.fromkeys(map(ord, "\u2018\u2019\u02bc\uff07"), "'")


def is_no_answer(text: str) -> bool:
    """Whether a text is there only because a cell was not to be empty: n/a, -, none, prefer not to say."""
    folded = " ".join(unicodedata.normalize("NFKC", text).translate(_QUOTES).casefold().split())
    bare = folded.strip("()[]<>{}\"' ").rstrip(".!;,") or folded
    return bare in _WORDS or folded in _WORDS or (bool(text.strip()) and not folded.strip(_MARKS + " "))
