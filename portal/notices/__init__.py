"""Who is told of what: in the portal always, by mail as each person has chosen. ``dispatch`` hands the mails over."""
