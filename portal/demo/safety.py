"""What Säkerhetsenheten has asked for. Everything is made up."""

from portal.demo.money import CLIMATE, SAFETY_MILLION, UNFORESEEN
from portal.demo.texts import Request
from portal.demo.town import BOARD, BUILDING, CULTURE, FINANCE, LEADERSHIP, OFFICE, RESCUE, SAFETY, SCHOOLS, SOCIAL

CENTRE = Request(
    title="Trygghetsskapande åtgärder i Åkersbro centrum",
    unit=SAFETY,
    author="sakerhetschef",
    fund=SAFETY_MILLION,
    points=(
        "Säkerhetsenheten beviljas {total} ur {fund} för trygghetsskapande åtgärder i Åkersbro centrum.",
        "Säkerhetsenheten redovisar användningen av medlen till Ekonomiavdelningen när åtgärderna är genomförda.",
    ),
    description=(
        "I den senaste trygghetsmätningen uppger var tredje boende i centrum att de väljer en annan väg hem efter mörkrets "
        "inbrott. Gångstråket mellan resecentrum och torget nämns oftast. Enheten vill förbättra belysningen där och "
        "samtidigt hålla dialogmöten med boende, handlare och fastighetsägare."
    ),
    sections=(
        ("Åtgärder", "Belysningen byts på en sträcka av 340 meter. Fyra vandringar och tre dialogmöten hålls under perioden."),
        ("Konsekvenser", "Driften av belysningen ryms inom Samhällsbyggnadsförvaltningens ram från och med nästa år."),
    ),
    lines=(
        ("Belysning vid gångstråket", 150_000, "drift"),
        ("Trygghetsvandringar", 40_000, "drift"),
        ("Dialogmöten och information", 50_000, "drift"),
        ("Uppföljande enkät", None, "drift"),
    ),
    basis=("Trygghetsmätningen, sammanställning",),
    attachments=(
        (
            "trygghetsmatning-sammanstallning.txt",
            "Trygghetsmätning i Åkersbro centrum\n\nSvarande: 398 personer\n"
            "Väljer en annan väg hem efter mörkrets inbrott: 34 %\n"
            "Nämner gångstråket mellan resecentrum och torget: 61 %\nKänner sig trygga dagtid: 88 %\n",
        ),
    ),
    copies=((LEADERSHIP, "", False), (BUILDING, "", True)),
)

CRISIS_TRAINING = Request(
    title="Utbildning i krisledning för förvaltningarnas ledningsgrupper",
    unit=SAFETY,
    author="sakerhetschef",
    fund=SAFETY_MILLION,
    points=(
        "Säkerhetsenheten beviljas {total} ur {fund} för utbildning och övning i krisledning för förvaltningarnas "
        "ledningsgrupper.",
    ),
    description=(
        "Kommunens krisledningsplan har reviderats. Förvaltningarnas ledningsgrupper har inte övat enligt den nya planen. "
        "Enheten vill hålla en halvdags utbildning per förvaltning och en gemensam övning med Räddningstjänsten."
    ),
    lines=(("Utbildning, fem tillfällen", 60_000, "drift"), ("Gemensam övning", 25_000, "drift")),
    redistribution=False,
    copies=((LEADERSHIP, "", False), (RESCUE, "", False)),
)

CAMERAS = Request(
    title="Kamerabevakning vid resecentrum",
    unit=SAFETY,
    author="sakerhetschef",
    fund=SAFETY_MILLION,
    points=(
        "Säkerhetsenheten beviljas {total} ur {fund} för kamerabevakning vid resecentrum.",
        "Säkerhetsenheten får i uppdrag att följa upp antalet anmälda skador tre månader efter driftsättningen.",
    ),
    description=(
        "Skadegörelsen vid resecentrum har kostat kommunen 310 tkr det senaste året. En intresseavvägning "
        "enligt kamerabevakningslagen är gjord och dokumenterad. Bevakningen avser väntsalen och cykelgaraget, nattetid."
    ),
    sections=(
        ("Personuppgifter", "Dataskyddsombudet har lämnat råd om konsekvensbedömningen. Inspelat material sparas i tre dygn."),
    ),
    lines=(
        ("Kameror och montering", 140_000, "investering"),
        ("Driftsättning och skyltning", 35_000, "drift"),
        ("Serviceavtal första året", 30_000, "drift"),
    ),
    basis=("Konsekvensbedömning avseende dataskydd",),
    copies=((LEADERSHIP, "", False), (BUILDING, "", False)),
    assessed={"Kameror och montering": "Säkerhetschef"},
)

GUARDS = Request(
    title="Väktarronder vid kommunens förråd",
    unit=SAFETY,
    author="sakerhetschef",
    fund=SAFETY_MILLION,
    points=("Säkerhetsenheten beviljas {total} ur {fund} för väktarronder vid kommunens förråd under tre månader.",),
    description=(
        "Tre inbrott har skett i förrådet vid Norra hamnen. Enheten vill förstärka bevakningen till dess att larmet är bytt."
    ),
    lines=(("Väktarronder, två per natt", 120_000, "drift"),),
    redistribution=False,
)

PROTECTION = Request(
    title="Åtgärder efter säkerhetsgenomgång av stadshuset",
    unit=SAFETY,
    author="sakerhetschef",
    fund=SAFETY_MILLION,
    points=("Säkerhetsenheten beviljas {total} ur {fund} för åtgärder enligt bilagan till säkerhetsgenomgången.",),
    description=(
        "Säkerhetsgenomgången pekar ut brister i tillträdesskyddet till två lokaler. Uppgifterna visar vilka lokaler det "
        "gäller och hur skyddet är uppbyggt."
    ),
    lines=(("Tillträdesskydd, lokal 1", 60_000, "investering"), ("Tillträdesskydd, lokal 2", 35_000, "investering")),
    copies=((BUILDING, "", False),),
    provision="18 kap. 8 § offentlighets- och sekretesslagen",
)

ALARM = Request(
    title="Överfallslarm till receptionen",
    unit=SAFETY,
    author="sakerhetschef",
    fund=UNFORESEEN,
    points=("Säkerhetsenheten beviljas {total} ur {fund} för överfallslarm till receptionen i stadshuset.",),
    description="Receptionens larm täcker inte den nya besöksdelen. Tre nya larmknappar behövs.",
    lines=(("Larmknappar med installation", 64_000, "investering"),),
    redistribution=False,
)

PREVENTION = Request(
    title="Samordnat brottsförebyggande arbete i bostadsområdena",
    unit=SAFETY,
    author="sakerhetschef",
    fund=UNFORESEEN,
    points=(
        "Säkerhetsenheten beviljas {total} ur {fund} för samordnat brottsförebyggande arbete i tre bostadsområden.",
        "Medel får omfördelas mellan raderna efter rådande lägesbild.",
    ),
    description=(
        "Enligt lag (2023:196) om kommuners ansvar för brottsförebyggande arbete ska kommunen ta fram en lägesbild och en "
        "åtgärdsplan. Lägesbilden är klar. Den visar att insatser behövs i tre bostadsområden innan ordinarie medel finns."
    ),
    lines=(
        ("Samordning av insatser, halvtid", 130_000, "drift"),
        ("Utbildning av fastighetsvärdar", 45_000, "drift"),
        ("Aktiviteter i bostadsområdena", 75_000, "drift"),
        ("Förbättringsarbete i samverkan", None, "drift"),
    ),
    basis=("Lokal lägesbild", "Åtgärdsplan"),
    copies=((LEADERSHIP, "", True), (SOCIAL, "", False), ("Åkersbro brottsförebyggande råd", "bra@akersbro.example", False)),
)

RESERVE_POWER = Request(
    title="Reservkraft till trygghetspunkterna",
    unit=SAFETY,
    author="sakerhetschef",
    fund=CLIMATE,
    organ=BOARD,
    points=(
        "Säkerhetsenheten beviljas {total} ur {fund} för fast reservkraft vid kommunens tre trygghetspunkter.",
        "Säkerhetsenheten redovisar genomförandet till kommunstyrelsen.",
    ),
    description=(
        "Under den senaste stormen stod två av tre trygghetspunkter utan el i mer än ett dygn. Hyrda aggregat fanns inte att "
        "få. Fast reservkraft gör att trygghetspunkterna kan öppna inom två timmar."
    ),
    lines=(
        ("Reservkraftsaggregat, tre stycken", 690_000, "investering"),
        ("Elinstallation", 165_000, "investering"),
        ("Provdrift och utbildning", 45_000, "drift"),
    ),
    basis=("Utvärdering efter stormen",),
    copies=((LEADERSHIP, "", True), (RESCUE, "", False), (SCHOOLS, "", False)),
)

FIELD_TEAM = Request(
    title="Förstärkt fältverksamhet under lov och helger",
    unit=SAFETY,
    author="sakerhetschef",
    fund=UNFORESEEN,
    points=("Säkerhetsenheten beviljas {total} ur {fund} för förstärkt fältverksamhet under lov och helger.",),
    description=(
        "Polisen och skolorna rapporterar att fler unga samlas vid resecentrum sena kvällar. Fältverksamheten är bemannad "
        "vardagar. Enheten vill bemanna även fredagar och lördagar samt lov."
    ),
    lines=(("Fältarbetare, helger och lov", 245_000, "drift"), ("Aktivitetsmedel", 65_000, "drift")),
    copies=((LEADERSHIP, "", False), (CULTURE, "", False)),
)
# What the second version says after the completion.
FIELD_TEAM_COMPLETED = (
    "Polisen och skolorna rapporterar att fler unga samlas vid resecentrum sena kvällar. Fältverksamheten är bemannad "
    "vardagar. Enheten vill bemanna även fredagar och lördagar samt lov, sammanlagt 62 kvällar med två fältarbetare. "
    "Timkostnaden är beräknad till 395 kr med sociala avgifter. Aktivitetsmedlen avser lokalhyra och material."
)

DRONE = Request(
    title="Övervakning av skogsbrand med drönare",
    unit=SAFETY,
    author="sakerhetschef",
    fund=UNFORESEEN,
    points=("Säkerhetsenheten beviljas {total} ur {fund} för drönare och utbildning av fyra piloter.",),
    description=(
        "Räddningstjänsten kan i dag inte få en samlad bild av en skogsbrand utan helikopter. En drönare med värmekamera kan "
        "vara i luften inom tio minuter."
    ),
    lines=(
        ("Drönare med värmekamera", 118_000, "investering"),
        ("Utbildning av fyra piloter", 42_000, "drift"),
        ("Tillstånd och försäkring", None, "drift"),
    ),
    copies=((LEADERSHIP, "", False), (RESCUE, "", True)),
)

INFORMATION = Request(
    title="Informationsinsats om hemberedskap",
    unit=SAFETY,
    author="sakerhetschef",
    fund=UNFORESEEN,
    points=(
        "Säkerhetsenheten beviljas {total} ur {fund} för en informationsinsats om hemberedskap till kommunens hushåll.",
        "Insatsen genomförs tillsammans med Kansliavdelningen.",
    ),
    description=(
        "Länsstyrelsens mätning visar att fyra av tio hushåll i kommunen inte klarar en vecka utan el och vatten. Enheten vill "
        "nå alla hushåll med en kort skrift och hålla åtta öppna träffar."
    ),
    lines=(
        ("Tryck och utskick", 168_000, "drift"),
        ("Öppna träffar, åtta tillfällen", 72_000, "drift"),
        ("Översättning till fyra språk", 35_000, "drift"),
    ),
    basis=("Länsstyrelsens mätning av hemberedskap",),
    attachments=(
        (
            "kostnadsberakning.txt",
            "Kostnadsberäkning\n\nTryck, 12 800 exemplar: 96 000 kr\nUtskick till alla hushåll: 72 000 kr\n"
            "Lokal, material och annonser, åtta träffar: 72 000 kr\nÖversättning till fyra språk: 35 000 kr\n",
        ),
    ),
    copies=((LEADERSHIP, "", False), (OFFICE, "", True)),
    information=(FINANCE, SOCIAL),
)

# A draft that is only begun: nothing has been asked for yet.
BEGUN = {
    "title": "Utbildning av trygghetsvärdar",
    "points": ["Säkerhetsenheten beviljas 90 tkr för utbildning av trygghetsvärdar."],
    "description": "Arton personer har anmält intresse.",
    "lines": [{"label": "Utbildning, två kurser", "amount": "90 tkr", "cost_type": "drift"}],
    "total": "90 tkr",
}
