"""What a browser calls itself, in words a person recognises. Pure."""

from portal.text import _

# The first name found counts: most browsers also name the ones they imitate.
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "Chrome OS"),
    ("Linux", "Linux"),
)


def browser_name(client: str) -> str:
    """``Firefox på Windows`` for a User-Agent header; says so when it tells nothing known."""
    browser = next((name for sign, name in BROWSERS if sign in client), None)
    system = next((name for sign, name in SYSTEMS if sign in client), None)
    if browser and system:
        return _("%(browser)s på %(system)s", browser=browser, system=system)
    return browser or system or _("Okänd webbläsare")
