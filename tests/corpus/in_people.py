"""From, To and Date as people's programs write them against the standard: names, comments, languages, zones. Pure."""

from __future__ import annotations

from tests.corpus.making import Sample, mail, sample

BODY = "The printer is broken.\n"


def from_line(name: str, line: str | bytes, sender: str) -> Sample:
    """A mail by its From line."""
    return sample(f"from-{name}", mail(BODY, frm=line), sender=sender, text=BODY.strip(), defects=[])


def dated(name: str, said: str | bytes, date: str | None) -> Sample:
    """A mail by its Date."""
    field = b"Date: " + (said if isinstance(said, bytes) else said.encode())
    return sample(f"date-{name}", mail(BODY, field), date=date and f"{date}:00+00:00", text=BODY.strip())


SAMPLES = (
    from_line("surname-first", "Doe, Jo <jo@customer.example>", "Doe, Jo <jo@customer.example>"),
    from_line("surname-and-title", "Doe, Dr., Jo <jo@customer.example>", "Doe, Dr., Jo <jo@customer.example>"),
    from_line("surname-raw-utf8", "Müller, Jörg <j@customer.example>", "Müller, Jörg <j@customer.example>"),
    from_line("mailto-in-square-brackets", "Jo [mailto:jo@customer.example]", "Jo <jo@customer.example>"),
    from_line("surname-and-mailto", "Doe, Jo [mailto:jo@customer.example]", "Doe, Jo <jo@customer.example>"),
    from_line("mailto-in-angles", "Jo <mailto:jo@customer.example>", "Jo <jo@customer.example>"),
    from_line("name-in-a-comment", "jo@customer.example (Jo Doe)", "Jo Doe <jo@customer.example>"),
    from_line("comment-within-a-comment", "jo@customer.example (Jo (the boss))", "Jo (the boss) <jo@customer.example>"),
    from_line("by-way-of-a-list", '"Jo" via Talk <talk@list.example>', "Jo via Talk <talk@list.example>"),
    from_line("in-single-quotes", "'Jo Doe' <jo@customer.example>", "Jo Doe <jo@customer.example>"),
    from_line("repeats-its-address", "jo@customer.example <jo@customer.example>", " <jo@customer.example>"),
    from_line("group", "Sales: Jo <jo@customer.example>;", "Jo <jo@customer.example>"),
    from_line("angles-twice", "Jo <<jo@customer.example>>", "Jo <jo@customer.example>"),
    from_line("space-within-the-address", "Jo <jo@customer. example>", "Jo <jo@customer.example>"),
    from_line("source-route", "Jo <@relay.example:jo@customer.example>", "Jo <jo@customer.example>"),
    from_line("dot-at-its-end", "Jo <jo@customer.example.>", "Jo <jo@customer.example>"),
    from_line("folded", "Jo\n Doe\n <jo@customer.example>", "Jo Doe <jo@customer.example>"),
    from_line(
        "escaped-quotes",
        r'"Jo \"the printer\" Doe" <jo@customer.example>',
        'Jo "the printer" Doe <jo@customer.example>',
    ),
    from_line("mailbox-in-quotes", '"jo doe"@customer.example', ' <"jo doe"@customer.example>'),
    from_line("eai", "Ji\u0159\u00ed <ji\u0159\u00ed@z\u00e1kazn\u00edk.example>", "Jiří <jiří@zákazník.example>"),
    sample(
        "lists-of-surnames-first",
        mail(
            BODY,
            "To: Roe, Ann <ann@shop.example>, support@shop.example, Bo <bo@shop.example>",
            "Cc: Poe, Al [mailto:al@x.example]; Ed <ed@x.example>, fay@x.example, Gil <gil@x.example>",
        ),
        to=["ann@shop.example", "support@shop.example", "bo@shop.example"],
        cc=["al@x.example", "ed@x.example", "fay@x.example", "gil@x.example"],
    ),
    dated("zone-cest", "Tue, 20 Oct 2026 09:15:00 CEST", "2026-10-20T07:15"),
    dated("zone-mez", "Fri, 20 Nov 2026 09:15:00 MEZ", "2026-11-20T08:15"),
    dated("zone-edt", "Tue, 20 Oct 2026 09:15:00 EDT", "2026-10-20T13:15"),
    dated("zone-before-the-year", "Fri Nov 20 09:15:00 CET 2026", "2026-11-20T08:15"),
    dated("zone-said-twice", "Tue, 20 Oct 2026 09:15:00 +0200 CEST", "2026-10-20T07:15"),
    dated("zone-of-two-meanings", "Fri, 20 Nov 2026 09:15:00 IST", "2026-11-20T09:15"),
    dated("end-of-the-day", "Fri, 20 Nov 2026 24:00:00 +0100", "2026-11-20T23:00"),
    dated("beyond-the-end-of-the-day", "Fri, 20 Nov 2026 24:30:00 +0100", None),
    dated("german", "Do., 5. März 2026 09:15:00 +0100", "2026-03-05T08:15"),
    dated("german-raw-latin1", "Do, 5 März 2026 09:15:00 MEZ".encode("latin-1"), "2026-03-05T08:15"),
    dated("french", "ven., 7 août 2026 09:15:00 +0200", "2026-08-07T07:15"),
    dated("dutch", "ma, 24 mei 2026 09:15:00 +0200", "2026-05-24T07:15"),
    dated("spanish", "lun, 3 ago 2026 09:15:00 +0200", "2026-08-03T07:15"),
    dated("portuguese", "seg, 19 de outubro de 2026 09:15:00 -0300", "2026-10-19T12:15"),
    dated("iso-with-offset", "2026-11-20T09:15:00+01:00", "2026-11-20T08:15"),
)
