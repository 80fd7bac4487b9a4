"""The words of municipal documents that the rules go by. A word that is missing is one more entry."""

# What roles end in: säkerhets*chef*, kommun*direktör*.
ROLES = (
    *("chef", "direktör", "ekonom", "strateg", "samordnare", "sekreterare", "ordförande", "controller", "ingenjör"),
    *("utredare", "handläggare", "registrator", "rektor", "jurist", "planerare", "ledare", "arkitekt", "kommunalråd"),
    *("sköterska", "inspektör", "konsulent", "koordinator", "assistent", "kurator", "revisor", "arkivarie", "analytiker"),
    *("tekniker", "specialist", "ansvarig", "bibliotekarie", "kommunikatör", "föreståndare", "intendent", "vaktmästare"),
    *("administratör", "rådgivare", "utvecklare", "ledamot", "delegat", "sakkunnig", "lantmätare", "pedagog", "psykolog"),
    *("mästare", "befäl", "kapten", "konsult", "justerare", "upphandlare", "inköpare", "förvaltare", "skötare"),
    *("antikvarie", "biolog", "statistiker", "kanslist", "lärare", "socionom", "projektör", "ombud", "observatör"),
    *("borgmästare", "stadsträdgårdsmästare", "logoped", "dietist", "byggledare", "förhandlare", "ekolog", "geolog"),
    *("stadsbyggare", "coach", "redaktör", "fotograf", "producent", "tolk", "värd"),
)
# What stands before a role: *tf. kommundirektör*, *1:e vice ordförande*.
BEFORE_ROLE = (
    *("biträdande", "tillförordnad", r"t\.?\s?f\.?", r"vik(?:arierande|\.)", "[1-9]:e vice", "vice", "förste", r"stf\.?"),
    *("ställföreträdande", "avgående", "tillträdande"),
)
# What makes words the name of a body, a unit or an office: who a decision is sent to.
BODIES = (
    *("nämnd", "förvaltning", "kontor", "enhet", "avdelning", "chef", "styrelse", "revis", "bolag", r"\bAB\b", "direktör"),
    *("registrator", "ekonom", "polis", "utskott", "fullmäktige", "kansli", r"råd\b", "rådet", "akten", "sekreterare"),
    *("samordnare", "förbund", "skol", "förening", "grupp", "ordförande", "strateg", r"staben?\b", "diarie", "sektor"),
    *(r"tjänsten\b", "myndighet", r"verket\b", "brandkår", "länsstyrelse", r"stad\b", r"kommunen?\b"),
)
# What the words at the foot of each page of minutes, over the signatures, begin with.
SIGNING = (
    *("juster", "just", "ordf", "sekr", "utdrag", "bestyrk", "sign", "exped", "exp", "datum", "paragraf", "namn"),
    *("underskrift", "rätt", "intyg", "ort"),
)


def any_of(words: tuple[str, ...]) -> str:
    """The words as one alternative of a regular expression."""
    return "|".join(words)
