"""The help of each role: what one does in the portal, as short tasks in steps. The words are the pages' own."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.people.actor import Actor
from portal.people.permissions import Role

PICTURES = "hjalp"
"""The folder of the pictures among the static files; ``make screenshots`` takes them."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something one does, and its steps in order."""

    name: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """The help of one role. ``picture`` says in words what the picture shows, "" where there is none."""

    role: Role
    title: str
    lead: str
    tasks: tuple[Task, ...]
    picture: str = ""


GUIDES: Mapping[str, Guide] = {
    "aska": Guide(
        Role.REQUESTER,
        "Att äska pengar",
        "Du skriver äskandet, skickar in det, svarar på frågor och redovisar hur pengarna användes.",
        (
            Task(
                "Skriva och skicka in",
                (
                    "Välj Äskanden och sedan Nytt äskande, eller läs in en färdig tjänsteskrivelse.",
                    "Fyll i delarna i den ordning du vill. Allt sparas medan du skriver.",
                    "Läs vad som står bredvid varje belopp: så läste portalen det.",
                    "Granska och skicka in. Ärendet får sitt diarienummer direkt.",
                ),
            ),
            Task(
                "Svara när komplettering begärs",
                (
                    "Öppna ärendet från Att göra. Frågan står under Kompletteringar och överlämnande.",
                    "Är något oklart: ställ en fråga under Samtal. Den blir inte en del av beslutet.",
                    "Ändra äskandet och skicka in det på nytt. Den tidigare versionen ligger kvar.",
                ),
            ),
            Task(
                "Redovisa pengarna",
                (
                    "Välj Lämna slutredovisning på ärendets sida, senast det datum som står i beslutet.",
                    "Utfallet är ifyllt när ekonomi har läst in det. Skriv vad som blev gjort på varje rad.",
                    "Ekonomi godkänner redovisningen eller lämnar tillbaka den med skäl.",
                ),
            ),
        ),
        "Sidan där äskandet skrivs: till vänster fälten, till höger delarna och vilka som är klara.",
    ),
    "godkanna": Guide(
        Role.MANAGER,
        "Att godkänna som närmaste chef",
        "I de enheter som har valt det passerar äskandet dig innan det diarieförs.",
        (
            Task(
                "Godkänna eller lämna tillbaka",
                (
                    "Öppna äskandet från Att göra och läs det.",
                    "Välj Godkänn äskandet: då diarieförs det och går till den som beslutar.",
                    "Eller lämna tillbaka det med skäl. Skälet syns bara för dem som skriver.",
                ),
            ),
        ),
    ),
    "besluta": Guide(
        Role.DECISION_MAKER,
        "Att besluta",
        "Du beviljar, beviljar delvis eller avslår, begär komplettering eller överlämnar till ett politiskt organ.",
        (
            Task(
                "Besluta om ett äskande",
                (
                    "Öppna ärendet från Att göra. Till höger står vad som är kvar av de avsatta medlen.",
                    "Välj Besluta om äskandet. Ange belopp per rad: Hela beloppet, Inget på raden eller ett eget.",
                    "Läs beslutstexten, som är skriven efter dina belopp och går att ändra.",
                    "Skriv ditt lösenord och bekräfta. Ekonomi bokför och expedierar.",
                ),
            ),
            Task(
                "Fråga innan du beslutar",
                (
                    "Räcker underlaget inte: välj Begär komplettering och skriv vad som saknas och till när.",
                    "En mindre fråga ställer du under Samtal. Välj vilka som ska se den, och nämn den som ska svara.",
                ),
            ),
            Task(
                "När du inte får besluta",
                (
                    "Under den grå knappen står varför och vem som kan besluta.",
                    "Är beloppet över din gräns: välj Överlämna och det organ som beslutar.",
                    "Är du jävig: välj Anmäl jäv under Fler åtgärder. Någon annan tar över.",
                ),
            ),
        ),
        "Beslutssidan: för varje rad vad som äskas, fältet för vad som beviljas och fältet för villkor.",
    ),
    "ekonomi": Guide(
        Role.FINANCE,
        "Att arbeta som ekonom",
        "Du yttrar dig, bokför beslutet, skickar kopiorna och granskar redovisningen.",
        (
            Task(
                "Yttra dig",
                (
                    "Öppna ärendet från Att göra och välj Lämna yttrande.",
                    "Skriv om medlen räcker, och tillstyrk eller avstyrk. Yttrandet är ett råd till den som beslutar.",
                ),
            ),
            Task(
                "Bokföra och expediera",
                (
                    "Välj Bokför och expediera på ärendets sida.",
                    "Fyll i koderna. Förslag hämtas från det som senast bokfördes på samma slags rad.",
                    "Se över mottagarna. Kryssa för den som ska åtgärda något: den ombeds kvittera.",
                    "Skriv ditt lösenord och bekräfta. Under Expediering ser du när kopiorna kom fram.",
                ),
            ),
            Task(
                "Granska slutredovisningen",
                (
                    "Jämför utfall med beviljat belopp på varje rad.",
                    "Godkänn, eller lämna tillbaka med skäl. Det som blev över återförs till de avsatta medlen.",
                ),
            ),
        ),
        "Sidan där beslutet bokförs: överst vad som beviljats, under det budgetjusteringen med en kontering per rad.",
    ),
    "kopior": Guide(
        Role.RECIPIENT,
        "Att ta emot kopior",
        "Du läser de kopior av beslut som skickas till din enhet.",
        (
            Task(
                "Läsa och kvittera",
                (
                    "Välj Kopior. De olästa står först.",
                    "Öppna kopian: att den är läst antecknas av sig självt.",
                    "Står det Ska åtgärdas väljer du Kvittera mottagandet.",
                ),
            ),
        ),
    ),
    "registrera": Guide(
        Role.REGISTRAR,
        "Att arbeta som registrator",
        "Du kontrollerar registreringar, för in protokoll, prövar sekretess, lämnar ut handlingar och avslutar ärenden.",
        (
            Task(
                "Kontrollera en registrering",
                (
                    "Öppna ärendet från Att göra eller Diariet.",
                    "Se över nummer, datum, avsändare och rubrik, och välj Kontrollera registreringen.",
                ),
            ),
            Task(
                "Föra in ett protokoll",
                (
                    "Öppna ett ärende som är överlämnat och välj För in protokollet.",
                    "Läs in utdraget eller fyll i organ, sammanträdesdag och paragraf.",
                    "Välj om organet beslutade, beredde, bordlade eller återremitterade.",
                ),
            ),
            Task(
                "Sekretessmarkera",
                (
                    "Välj Sekretessmarkera ärendet under Fler åtgärder och ange bestämmelsen.",
                    "Skriv vad som får stå i diariet. Namnge dem som ändå ska få läsa.",
                    "Ska något lämnas ut: maska handlingen. Det som döljs finns inte i kopian.",
                ),
            ),
            Task(
                "Avsluta",
                (
                    "Under knappen Avsluta ärendet står vad som saknas. När inget saknas går den att trycka på.",
                    "Samtalet stängs när ärendet avslutas.",
                ),
            ),
        ),
        "Ett ärende som registratorn ser det: överst läget, vems tur det är och ärendets väg.",
    ),
    "arkivera": Guide(
        Role.ARCHIVIST,
        "Att arkivera",
        "Du arkiverar avslutade ärenden.",
        (
            Task(
                "Arkivera ärenden",
                (
                    "Välj Arkiv. De avslutade ärendena står först.",
                    "Kryssa för ett eller flera och välj Arkivera.",
                    "Det som inte kunde arkiveras står kvar, med orsaken.",
                ),
            ),
            Task(
                "Leverera till e-arkivet",
                (
                    "Välj Arkiv och sedan Avtal, och skriv in leveransöverenskommelsen om den inte redan finns.",
                    "Välj Leveranser och Ny leverans. Sidan visar vad som går med och vad som inte gör det.",
                    "Börja leverera. Portalen skickar ett paket i taget, bara sådana som klarar kontrollen.",
                    "Anteckna vad arkivet svarar: kvitton, ett i taget eller ur en fil, och paket som det avvisar.",
                ),
            ),
        ),
    ),
    "granska": Guide(
        Role.AUDITOR,
        "Att granska",
        "Du läser allt, också det hemliga, och ändrar ingenting. Varje läsning av något hemligt loggas.",
        (
            Task(
                "Granska beslut",
                (
                    "Välj Avvikelser för beslut att titta närmare på. Att ett beslut står där betyder inte att något är fel.",
                    "Välj Dra ett urval för upp till 30 beslut ur året, och hämta dem med alla handlingar.",
                ),
            ),
            Task(
                "Följa ett ärende",
                (
                    "Under Händelser på ärendets sida står vem som gjorde vad och när, och att loggen är obruten.",
                    "Under Kontrollera ett beslut prövas om en PDF är den som beslutades.",
                ),
            ),
        ),
    ),
    "administrera": Guide(
        Role.ADMINISTRATOR,
        "Att administrera",
        "Du sköter konton, roller, ersättare, enheter, organ och delegationer. Ärendenas innehåll ser du inte.",
        (
            Task(
                "Lägga till en person",
                (
                    "Välj Administration och sedan Ny person.",
                    "Ge personen en roll i en enhet, från och till vilken dag.",
                    "Lämna över engångslänken. Den gäller i 15 minuter, och personen väljer sitt lösenord.",
                ),
            ),
            Task(
                "När någon är borta",
                (
                    "Öppna personen och välj Ersättare (tf). Ange vem, till när och med vilket stöd.",
                    "Den som är tf räknas som båda personerna när reglerna prövas.",
                ),
            ),
            Task(
                "Delegationer",
                (
                    "För in delegationsordningen under Delegationsordning, med PDF och punkter.",
                    "Registratorn läser och bekräftar den. Först då gäller den.",
                ),
            ),
        ),
    ),
}


def own_guides(actor: Actor | None) -> list[str]:
    """The names of the guides of the actor's own roles, in the order of the table; none for somebody not signed in."""
    held = {holding.role for holding in actor.holdings} if actor else set()
    return [name for name, guide in GUIDES.items() if guide.role in held]
