"""Mails with odd headers: names, addresses, encoded words, ids, dates. Pure."""

from __future__ import annotations

from tests.corpus.making import mail, sample

BODY = "Hello,\nthe printer is broken.\n"

SAMPLES = (
    sample(
        "plain",
        mail(BODY),
        sender="Jo Doe <jo@customer.example>",
        to=["support@shop.example"],
        subject="A question",
        date="2026-11-20T08:15:00+00:00",
        message_id="<one@customer.example>",
        text="Hello,\nthe printer is broken.",
        reply="Hello,\nthe printer is broken.",
        markup=None,
        files=[],
        automatic=False,
        unanswerable=False,
        defects=[],
    ),
    sample(
        "subject-in-words-cut-within-a-character",
        mail(BODY, "Subject: =?utf-8?B?R3LD?=\n =?utf-8?B?vMOfZQ==?= =?utf-8?Q?_aus_K=C3=B6ln?="),
        subject="Grüße aus Köln",
    ),
    sample(
        "subject-word-with-spaces-and-eight-bit",
        mail(BODY, "Subject: =?utf-8?Q?Störung am Drucker, 2. Stock?="),
        subject="Störung am Drucker, 2. Stock",
    ),
    sample("subject-word-cut-off", mail(BODY, "Subject: Re: =?utf-8?Q?Gr=C3=BC=C3=9Fe_aus"), subject="Re: Grüße aus"),
    sample(
        "subject-raw-latin1",
        mail(
            b"Sch\xf6ne Gr\xfc\xdfe\n",
            b"Subject: Ger\xe4t l\xe4uft nicht",
            "Content-Type: text/plain; charset=iso-8859-1",
        ),
        subject="Gerät läuft nicht",
        text="Schöne Grüße",
    ),
    sample("subject-raw-utf8", mail(BODY, "Subject: Gerät läuft nicht"), subject="Gerät läuft nicht"),
    sample(
        "subject-japanese-iso-2022-jp",
        mail(BODY, b"Subject: =?ISO-2022-JP?B?" + b"GyRCRnxLXDhsGyhC" + b"?="),
        subject="日本語",
    ),
    sample("subject-twice", mail(BODY, "Subject: the first", "Subject: the second"), subject="the first"),
    sample("subject-folded", mail(BODY, "Subject: one\n\ttwo\n   three"), subject="one two three"),
    sample(
        "from-comma-in-encoded-word",
        mail(BODY, frm="=?utf-8?Q?M=C3=BCller, J=C3=B6rg?= <Joerg@Customer.Example>"),
        sender="Müller, Jörg <joerg@customer.example>",
    ),
    sample(
        "from-encoded-word-in-quotes",
        mail(BODY, frm='"=?utf-8?Q?M=C3=BCller?=" <m@customer.example>'),
        sender="Müller <m@customer.example>",
    ),
    sample(
        "from-without-closing-bracket",
        mail(BODY, frm="Jo Doe <jo@customer.example"),
        sender="Jo Doe <jo@customer.example>",
    ),
    sample(
        "from-unclosed-quote", mail(BODY, frm='"Jo Doe <jo@customer.example>'), sender="Jo Doe <jo@customer.example>"
    ),
    sample(
        "from-raw-eight-bit",
        mail(BODY, frm=b"J\xf6rg M\xfcller <j@customer.example>"),
        sender="Jörg Müller <j@customer.example>",
    ),
    sample(
        "from-another-address-in-the-name",
        mail(BODY, frm='"boss@shop.example" <evil@stranger.example>'),
        sender="boss@shop.example <evil@stranger.example>",
    ),
    sample("from-several", mail(BODY, frm="a@customer.example, b@customer.example"), sender=" <a@customer.example>"),
    sample("from-idn", mail(BODY, frm="Jörg <jörg@müller.example>"), sender="Jörg <jörg@müller.example>"),
    sample(
        "from-missing-sender-there",
        mail(BODY, "Sender: desk@customer.example", frm=""),
        sender=" <desk@customer.example>",
        defects=["no usable From: sender taken from sender"],
    ),
    sample("from-nowhere", mail(BODY, frm=""), sender=None, defects=["no usable From"]),
    sample(
        "to-groups-and-comments",
        mail(
            BODY,
            "To: Team: a@shop.example, Bo <b@shop.example>;, (main) support@shop.example",
            "Cc: undisclosed-recipients:;",
        ),
        to=["a@shop.example", "b@shop.example", "support@shop.example"],
        cc=[],
    ),
    sample(
        "envelope-fields",
        mail(
            BODY,
            "Return-Path: <Jo@Customer.Example>",
            "Delivered-To: support+x1@shop.example",
            "X-Original-To: Help@shop.example",
            "Envelope-To: support+x1@shop.example",
        ),
        return_path="jo@customer.example",
        delivered_to=["support+x1@shop.example", "help@shop.example"],
    ),
    sample(
        "references-folded-and-odd",
        mail(
            BODY,
            "In-Reply-To: Your mail of Friday <p2@shop.example>",
            "References: <p1@shop.example>\n\t<p2@shop.\n example><p3@shop.example> <p1@shop.example>",
        ),
        in_reply_to=["<p2@shop.example>"],
        references=["<p1@shop.example>", "<p2@shop.example>", "<p3@shop.example>"],
    ),
    sample(
        "message-id-without-brackets",
        mail(BODY, "Message-ID: bare@customer.example"),
        message_id="<bare@customer.example>",
    ),
    sample("message-id-missing", mail(BODY, "Message-ID:"), message_id=None),
    sample("date-garbage", mail(BODY, "Date: yesterday, I think"), date=None),
    sample("date-impossible", mail(BODY, "Date: Mon, 32 Jan 2024 10:00:00 +0000"), date=None),
    sample("date-without-zone", mail(BODY, "Date: Fri, 20 Nov 2026 09:15:00"), date="2026-11-20T09:15:00+00:00"),
)
