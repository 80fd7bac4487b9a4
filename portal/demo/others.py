"""What other departments have asked for. Everything is made up."""

from portal.demo.money import CLIMATE, SAFETY_MILLION, UNFORESEEN
from portal.demo.texts import Request
from portal.demo.town import BOARD, BUILDING, CULTURE, FINANCE, LEADERSHIP, SAFETY, SCHOOLS, SOCIAL

EVENINGS = Request(
    title="Kvällsöppen mötesplats för unga",
    unit=CULTURE,
    author="fritidschef",
    fund=SAFETY_MILLION,
    points=("Kultur- och fritidsförvaltningen beviljas {total} ur {fund} för en kvällsöppen mötesplats för unga.",),
    description=(
        "Fritidsgården stänger klockan 20. Föreningar och föräldrar har bett om en mötesplats som är öppen senare på fredagar "
        "och lördagar. Försöket pågår i tolv veckor och utvärderas därefter."
    ),
    lines=(
        ("Ledare, två per kväll", 124_000, "drift"),
        ("Lokalhyra", 36_000, "drift"),
        ("Inventarier", 20_000, "investering"),
    ),
    copies=((LEADERSHIP, "", False), (SAFETY, "", False)),
)

CLOUDBURST = Request(
    title="Skyfallsåtgärder i Åparken",
    unit=BUILDING,
    author="samhallsbyggnadschef",
    fund=CLIMATE,
    organ=BOARD,
    points=(
        "Samhällsbyggnadsförvaltningen beviljas {total} ur {fund} för skyfallsåtgärder i Åparken.",
        "Samhällsbyggnadsförvaltningen får i uppdrag att redovisa åtgärdernas effekt.",
    ),
    description=(
        "Vid det senaste skyfallet svämmade dagvattnet över i Åparken och skadade två skolors källare för 2,1 mnkr. "
        "Förvaltningen vill anlägga en torrdamm och leda om dagvattnet."
    ),
    sections=(
        ("Alternativ", "Ett större ledningsnät har prövats men kostar 6,4 mnkr och tar två år längre tid."),
        ("Tidplan", "Projekteringen tar tre månader och anläggningen fem. Arbetet samordnas med ledningsägarna."),
    ),
    lines=(
        ("Projektering", 180_000, "investering"),
        ("Torrdamm", 870_000, "investering"),
        ("Omledning av dagvatten", 400_000, "investering"),
    ),
    basis=("Skyfallskartering", "Kostnadsberäkning"),
    attachments=(
        (
            "skyfallskartering.txt",
            "Skyfallskartering, Åparken med omgivning\n\nBerörda byggnader vid ett hundraårsregn: 14\n"
            "Största vattendjup vid skolorna: 0,6 m\nVolym som torrdammen behöver rymma: 1 900 kubikmeter\n",
        ),
    ),
    copies=((LEADERSHIP, "", True), (SCHOOLS, "", False), ("Åkersbro vattenråd", "", False)),
)

SHADE = Request(
    title="Träd och skugga på två skolgårdar",
    unit=BUILDING,
    author="samhallsbyggnadschef",
    fund=CLIMATE,
    points=("Samhällsbyggnadsförvaltningen beviljas {total} ur {fund} för träd och skugga på två skolgårdar.",),
    description=(
        "Vid värmebölja är marktemperaturen på skolgårdarna över 45 grader. Tolv större träd och två segeldukar ger skugga på "
        "de ytor där barnen vistas mest."
    ),
    lines=(("Träd med plantering", 132_000, "investering"), ("Segeldukar", 53_000, "investering")),
    copies=((LEADERSHIP, "", False), (SCHOOLS, "", True)),
)

CROSSING = Request(
    title="Tillfällig gångpassage vid Kvarnskolan",
    unit=BUILDING,
    author="samhallsbyggnadschef",
    fund=None,
    organ=BOARD,
    financing="Samhällsbyggnadsförvaltningens driftbudget, medel för trafikåtgärder.",
    points=(
        "Samhällsbyggnadsförvaltningen får använda {total} av sin driftbudget till en tillfällig gångpassage vid Kvarnskolan.",
    ),
    description="Skolvägen är avstängd under ombyggnaden av bron. En tillfällig passage behövs i fem månader.",
    lines=(("Passage med signal, hyra i fem månader", 46_000, "drift"),),
    redistribution=False,
    copies=((SCHOOLS, "", False),),
)

HOME_VISITS = Request(
    title="Trygga hembesök inom hemtjänsten",
    unit=SOCIAL,
    author="socialchef",
    fund=UNFORESEEN,
    points=("Socialförvaltningen beviljas {total} ur {fund} för utbildning och bärbara larm inom hemtjänsten.",),
    description=(
        "Antalet anmälda hot vid ensamarbete på kvällar och nätter har fördubblats på ett år. Personalen utbildas i "
        "bemötande, och de som arbetar ensamma får bärbara larm."
    ),
    lines=(("Utbildning, sex tillfällen", 54_000, "drift"), ("Bärbara larm, hyra i ett år", 38_000, "drift")),
    copies=((LEADERSHIP, "", False),),
    information=(FINANCE,),
)
SPORTS_HALL = Request(
    title="Nattvandring och öppen idrottshall",
    unit=CULTURE,
    author="fritidschef",
    fund=UNFORESEEN,
    points=("Kultur- och fritidsförvaltningen beviljas {total} ur {fund} för öppen idrottshall och stöd till nattvandring.",),
    description=(
        "Idrottsföreningarna erbjuder sig att hålla sporthallen öppen på lördagskvällar om kommunen står för hyra och "
        "vaktmästare. Föräldragruppen som nattvandrar behöver jackor och utbildning."
    ),
    lines=(
        ("Hyra och vaktmästare", 96_000, "drift"),
        ("Bidrag till föreningar", 30_000, "drift"),
        ("Jackor och utbildning", 14_000, "drift"),
    ),
    copies=((LEADERSHIP, "", False), (SAFETY, "", False)),
    information=(FINANCE,),
)
