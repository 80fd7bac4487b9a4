"""Words that make a password easy to guess: the commonest passwords and what belongs to the work. Offline on purpose."""

COMMON = frozenset(
    """
    123456 1234567 12345678 123456789 1234567890 0123456789 111111 000000 123123 654321 987654321 112233 121212
    qwerty qwertyuiop qwerty123 asdfgh asdfghjkl zxcvbnm 1q2w3e4r 1qaz2wsx q1w2e3r4 abc123 abcdef abcdefgh
    password passw0rd passwort letmein welcome welcome1 admin administrator root user guest login master test tester
    changeme secret monkey dragon football baseball superman batman princess sunshine shadow michael jordan iloveyou
    losenord lösenord hemligt hemlig sommar vinter hösten våren sommaren vintern sverige svenska stockholm göteborg
    malmö fotboll hockey aik hammarby djurgården älskar älskardig hejhej hejsan välkommen mamma pappa familjen
    januari februari mars april maj juni juli augusti september oktober november december
    måndag tisdag onsdag torsdag fredag lördag söndag katten hunden kaffe kaffekopp semester
    """.split()
)

PORTAL_WORDS = frozenset(
    """
    äskande äskanden äskandeportalen askandeportalen portalen portal kommun kommunen kommunchef säkerhetschef
    sakerhetschef ekonom ekonomi registrator arkivarie revisor administratör förvaltning förvaltningen budget
    trygghetsmiljonen trygghet diariet beslut kommunstyrelsen kommunfullmäktige kommunledning
    """.split()
)
