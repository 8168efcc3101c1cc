"""Titles and degrees that people write before and behind a name, by language."""

_OF_LATIN = ("Dr ", "Dr. ", "Prof. ", "Prof. Dr. ", "Professor ", "DR ", "dr. ")

BEFORE = {
    "en_GB": (*_OF_LATIN, "Mr ", "Mrs ", "Ms ", "Mx ", "Miss ", "Sir ", "Rev. ", "Prof "),
    "en_IE": (*_OF_LATIN, "Mr. ", "Mrs. ", "Ms. "),
    "ga_IE": (*_OF_LATIN, "An tOllamh ", "An Dr "),
    "de_DE": (
        *_OF_LATIN, "Herr ", "Frau ", "Dr.-Ing. ", "Prof. Dr.-Ing. ", "PD Dr. ", "Frau Prof. Dr. ",
        "Dipl.-Ing. ",
    ),
    "fr_FR": (*_OF_LATIN, "Mme ", "Mlle ", "Pr ", "Pr. ", "Monsieur ", "Madame "),
    "pl_PL": (*_OF_LATIN, "dr hab. ", "prof. dr hab. ", "mgr ", "mgr inż. ", "dr inż. ", "Pan ", "Pani "),
    "tr_TR": (*_OF_LATIN, "Doç. Dr. ", "Yrd. Doç. Dr. ", "Öğr. Gör. ", "Sayın "),
    "az_AZ": ("Dr. ", "Prof. ", "Dos. "),
    "vi_VN": ("TS. ", "PGS.TS. ", "GS. ", "ThS. ", "Thầy ", "Cô ", "Ông ", "Bà "),
    "es_ES": (*_OF_LATIN, "Dra. ", "Sr. ", "Sra. ", "Dña. ", "Profa. ", "Don ", "Doña "),
    "pt_PT": (*_OF_LATIN, "Dra. ", "Prof.ª ", "Profa. Dra. ", "Sr. ", "Sra. ", "Eng. "),
    "cs_CZ": (
        *_OF_LATIN, "Ing. ", "Mgr. ", "doc. ", "prof. Ing. ", "RNDr. ", "PhDr. ", "MUDr. ", "JUDr. ",
        "Bc. ", "pan ", "paní ",
    ),
    "is_IS": ("dr. ", "Dr. ", "próf. "),
    "hu_HU": ("Dr. ", "dr. ", "Prof. ", "Prof. Dr. "),
    "sv_SE": (*_OF_LATIN, "Docent ", "doc. ", "Fru ", "Herr "),
    "nl_NL": (*_OF_LATIN, "drs. ", "ir. ", "dr. ir. ", "mr. ", "prof. dr. ir. ", "Mevr. ", "Dhr. "),
    "lv_LV": ("Dr. ", "Prof. ", "Mg. "),
    "ro_RO": ("Dr. ", "Prof. univ. dr. ", "Conf. dr. ", "Dl. ", "Dna. "),
    "ru_RU": (
        "проф. ", "профессор ", "д-р ", "доц. ", "доцент ", "к.т.н. ", "д.ф.-м.н. ", "г-н ", "г-жа ",
        "Проф. ", "акад. ",
    ),
    "uk_UA": ("проф. ", "професор ", "д-р ", "доц. ", "пан ", "пані ", "к.т.н. "),
    "bg_BG": ("проф. ", "д-р ", "доц. ", "инж. ", "г-н ", "г-жа ", "проф. д-р "),
    "el_GR": ("Δρ. ", "Δρ ", "Καθ. ", "κα ", "Καθηγητής ", "Καθηγήτρια ", "Κος ", "Κα "),
    "ar_AA": ("د. ", "أ.د. ", "د/ ", "الدكتور ", "الدكتورة ", "الأستاذ ", "الأستاذة ", "السيد ", "السيدة "),
    "fa_IR": ("دکتر ", "آقای ", "خانم ", "مهندس ", "استاد ", "آقای دکتر ", "خانم دکتر ", "پروفسور "),
    "hi_IN": ("डॉ. ", "डॉ ", "प्रो. ", "श्री ", "श्रीमती ", "सुश्री ", "प्रोफेसर "),
    "ne_NP": ("डा. ", "प्रा. ", "श्री ", "श्रीमती ", "सुश्री "),
    "mr_IN": ("डॉ. ", "प्रा. ", "श्री ", "श्रीमती ", "सौ. "),
    "zh_CN": (),
    "zh_TW": (),
    "ja_JP": (),
    "ko_KR": (),
}  # fmt: skip

_BEHIND_LATIN = (
    ", PhD",
    " PhD",
    ", Ph.D.",
    ", MSc",
    " MSc",
    ", M.Sc.",
    ", MD",
    " M.A.",
    ", B.Sc.",
    ", MBA",
    " (PhD)",
    ", Dr.",
)

BEHIND = {
    "en_GB": (*_BEHIND_LATIN, ", FRS", ", OBE", ", DPhil", " LLM", ", Prof."),
    "en_IE": _BEHIND_LATIN,
    "de_DE": (*_BEHIND_LATIN, ", M.Sc.", ", Dr. rer. nat.", ", LL.M.", " M.Ed.", ", Dipl.-Ing."),
    "fr_FR": (", PhD", ", Dr", ", Ph. D."),
    "cs_CZ": (", Ph.D.", ", CSc.", ", DrSc.", ", MBA"),
    "es_ES": (", PhD", ", Dr.", ", Dra."),
    "sv_SE": (", PhD", ", Fil. Dr."),
    "tr_TR": (" Bey", " Hanım", " Hoca", ", PhD"),
    "nl_NL": (", MSc", ", PhD", " MSc"),
    "hi_IN": (" जी",),
    "fa_IR": (),
    "zh_CN": ("教授", "老师", "先生", "女士", "博士", " 教授", "（教授）"),
    "zh_TW": ("教授", "老師", "先生", "女士", "博士"),
    "ja_JP": ("先生", "さん", "様", "教授", "博士", " 先生", "准教授"),
    "ko_KR": (" 교수님", " 교수", "교수님", "님", " 박사", " 선생님", "씨"),
}  # fmt: skip

# A letter and a full stop are a title in one place and somebody's initial in another.
OF_ONE_LETTER = {
    "fr_FR": ("M. ",),
    "es_ES": ("D. ",),
    "el_GR": ("κ. ",),
    "ar_AA": ("م. ", "أ. "),
}
