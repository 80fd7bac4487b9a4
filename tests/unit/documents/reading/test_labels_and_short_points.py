"""What a head says by labels beside the points, and what once made a careful reader's eye slip."""

from portal.documents.reading import read_text

HEAD = """Åkersbro kommun
Tjänsteskrivelse

Datum: 18 november 2026
Diarienummer: KS 2026/231

# Äskande om medel till kameror

"""


def test_labels_tell_what_the_points_do_not() -> None:
    labels = "Finansiering:\tTrygghetsmiljonen\nBudgetår:\t2026\nMottagare av medlen:\tSäkerhetsenheten\n"
    organ = "Beslutande organ:\tNämnden för trygghet\n\n"
    reading = read_text(f"{HEAD}{labels}{organ}# Förslag till beslut\n\n300 000 kr beviljas för kameror.\n")
    assert reading.funding_source == "Trygghetsmiljonen"
    assert (reading.budget_year, reading.beneficiary) == (2026, "Säkerhetsenheten")
    assert reading.deciding_organ == "nämnden för trygghet"
    assert {"funding_source", "budget_year", "beneficiary", "deciding_organ"} <= set(reading.spans)


def test_a_label_says_outright_what_the_points_say_in_passing() -> None:
    point = "Kommunstyrelsen beviljar säkerhetsenheten 300 000 kr ur trygghetsmiljonen för kameror."
    reading = read_text(f"{HEAD}Finansiering: Avsatta medel för trygghet 2026\n\n# Förslag till beslut\n\n{point}\n")
    assert (reading.funding_source, reading.beneficiary) == ("Avsatta medel för trygghet 2026", "säkerhetsenheten")


def test_whoever_handles_the_case_may_be_named_by_title_where_a_label_says_so_and_how_to_reach_them() -> None:
    text = HEAD.replace("\n# ", "Handläggare:\tSäkerhetschef\n08-465 004 10, sakerhetschef@akersbro.example\n\n# ")
    handler = read_text(f"{text}# Förslag till beslut\n\n300 000 kr beviljas.\n").handler
    assert handler is not None
    assert (handler.name, handler.role) == ("Säkerhetschef", None)
    assert (handler.phone, handler.email) == ("08-465 004 10", "sakerhetschef@akersbro.example")
    unreachable = HEAD.replace("\n# ", "Handläggare:\tSäkerhetschef\n\n# ")
    assert read_text(f"{unreachable}# Förslag till beslut\n\n300 000 kr beviljas.\n").handler is None


def test_a_sentence_after_such_a_word_is_running_text() -> None:
    text = f"{HEAD}# Förslag till beslut\n\n300 000 kr beviljas.\n\n# Bakgrund\n\nFinansiering: den löser sig under året.\n"
    assert read_text(text).funding_source is None


def test_a_short_point_after_a_numbered_one_is_a_point_and_no_heading() -> None:
    points = "1. att anvisa räddningsnämnden 6 500 000 kr\n\n2. att anslaget finansieras genom upplåning\n\n"
    more = "3. att ge räddningsnämnden 300 000 kr för kapitalkostnader under året 2026.\n"
    assert len(read_text(f"{HEAD}# Förslag till beslut\n\n{points}{more}").decision_or_proposal) == 3


def test_a_table_of_what_is_asked_tells_no_damage() -> None:
    table = "Äskade medel\n\n| Rad | Belopp |\n| Kameror | 200 000 kr |\n| Väktare | 100 000 kr |\n| Summa | 300 000 kr |\n"
    reading = read_text(f"{HEAD}# Förslag till beslut\n\nMedel beviljas för följande.\n\n# Kostnader\n\n{table}")
    assert reading.amount_total_sek == 300_000
    assert [line.amount_sek for line in reading.budget_lines] == [200_000, 100_000]


def test_names_of_attached_files_are_no_description_and_no_documents_that_a_decision_rests_on() -> None:
    rows = "# Förslag till beslut\n\n300 000 kr beviljas.\n\n# Beslutsunderlag\n\n– Lägesbild oktober 2026\n\n"
    reading = read_text(f"{HEAD}{rows}# Bifogade filer\n\n– Karta över torget.pdf\n\n# Kopia till\n\n– Ekonomienheten\n")
    assert reading.decision_basis == ["Lägesbild oktober 2026"]
    assert reading.sections == []
    assert reading.copy_recipients == ["Ekonomienheten"]
