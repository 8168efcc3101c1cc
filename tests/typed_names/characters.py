"""The characters that people's keyboards, phones and programs put in the place of others.

Sources: the Unicode Character Database 16 (White_Space, Dash, Default_Ignorable_Code_Point, Nd), and for
Arabic script the letters that the keyboards of Arabic, Persian and Urdu write for one another.
"""

WHITE_SPACE = (
    "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
# Those that a person can type into one line, or a program puts there.
WITHIN_A_LINE = "".join(sign for sign in WHITE_SPACE if sign not in "\n\r\v\f\u0085\u2028\u2029")
APOSTROPHES = "'\u2019\u2018\u02bc\u02bb`\u00b4\u2032\uff07\u02b9\u201b"
HYPHENS = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"
# What shows nothing, wherever it stands in a name.
INVISIBLE = (
    "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u061c\u00ad\u034f\ufe0e\ufe0f\u2061\u2062\u2063\u2064\u180e"
)
AROUND = (
    ("\u202a", "\u202c"),
    ("\u202b", "\u202c"),
    ("\u202d", "\u202c"),
    ("\u2066", "\u2069"),
    ("\u2067", "\u2069"),
    ("\u2068", "\u2069"),
)
DIGITS = {
    "Arabic": "٠١٢٣٤٥٦٧٨٩",
    "Persian": "۰۱۲۳۴۵۶۷۸۹",
    "Devanagari": "०१२३४५६७८९",
    "Bengali": "০১২৩৪৫৬৭৮৯",
    "full-width": "０１２３４５６７８９",
    "Thai": "๐๑๒๓๔๕๖๗๘๙",
}
YEHS = "\u064a\u06cc\u0649"
KAFS = "\u0643\u06a9"
HEHS = "\u0647\u06c1\u06be\u06d5"
ALEFS = "\u0627\u0623\u0625\u0622\u0671"
TEH_MARBUTA, HEH = "\u0629", "\u0647"
HARAKAT = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
TATWEEL = "\u0640"
ARABIC_VARIANTS = str.maketrans(
    {
        **dict.fromkeys(YEHS, YEHS[0]),
        **dict.fromkeys(KAFS, KAFS[0]),
        **dict.fromkeys(HEHS, HEH),
        **dict.fromkeys(ALEFS, ALEFS[0]),
        TEH_MARBUTA: HEH,
    }
)
# How those write who have no such key; the first that fits is taken.
SPELT_OUT = {
    "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe", "æ": "ae",
    "þ": "th", "ð": "d", "đ": "d", "ł": "l", "ñ": "nh", "ə": "e", "œ": "oe",
}  # fmt: skip
# Letters that no decomposition of Unicode leads to their plain ones.
WITHOUT_STROKE = str.maketrans("łŁđĐøØðÐıİəƏæÆþÞßœŒ", "lLdDoOdDiIeEaAtTsoO")
LOOKALIKES = dict(zip("aceopxyAEOPCTKMHBX", "асеорхуАЕОРСТКМНВХ", strict=True))
