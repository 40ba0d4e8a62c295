"""Mails that nobody wrote, by every sign they come with; and people's mails that look like them. Pure."""

from __future__ import annotations

from tests.corpus.making import Sample, mail, sample

LETTER = "<hd.c1.l1.abcdef@shop.example>"


def machine(name: str, text: str, *fields: str, frm: str = "Jo Doe <jo@customer.example>") -> Sample:
    """A mail that a machine wrote."""
    return sample(name, mail(text, *fields, frm=frm), automatic=True, bounce=None)


def person(name: str, text: str, *fields: str, silent: bool, frm: str = "Jo Doe <jo@customer.example>") -> Sample:
    """A mail that a person wrote; ``silent``: it must not be answered automatically all the same."""
    return sample(name, mail(text, *fields, frm=frm), automatic=False, unanswerable=silent, bounce=None)


# One note in each of these languages: its subject has no other sign than its first words.
AWAY = {
    "english": ("Automatic reply: Your order", "I am out of the office until 4 May with limited access to email.\n"),
    "german": ("Abwesenheitsnotiz", "Ich bin bis zum 4. Mai nicht im Büro.\n"),
    "french": ("Réponse automatique : commande", "Je suis absent du bureau jusqu'au 4 mai.\n"),
    "spanish": ("Respuesta automática: pedido", "Estoy fuera de la oficina hasta el 4 de mayo.\n"),
    "portuguese": ("Resposta automática: pedido", "Estou de férias até 4 de maio.\n"),
    "italian": ("Risposta automatica: ordine", "Sono in ferie fino al 4 maggio.\n"),
    "dutch": ("Automatisch antwoord: bestelling", "Ik ben afwezig tot 4 mei.\n"),
    "swedish": ("Autosvar: beställning", "Jag är på semester till den 4 maj.\n"),
    "danish": ("Automatisk svar: ordre", "Jeg er på ferie indtil 4. maj.\n"),
    "finnish": ("Automaattinen vastaus: tilaus", "Olen lomalla 4.5. asti.\n"),
    "polish": ("Odpowiedź automatyczna: zamówienie", "Jestem na urlopie do 4 maja.\n"),
    "czech": ("Automatická odpověď: objednávka", "Jsem na dovolené do 4. května.\n"),
    "hungarian": ("Automatikus válasz: rendelés", "Szabadságon vagyok május 4-ig.\n"),
    "romanian": ("Răspuns automat: comandă", "Sunt în concediu până pe 4 mai.\n"),
    "russian": ("Автоматический ответ: заказ", "Я в отпуске до 4 мая.\n"),
    "ukrainian": ("Автоматична відповідь: замовлення", "Я у відпустці до 4 травня.\n"),
    "turkish": ("Otomatik yanıt: sipariş", "4 Mayıs'a kadar ofis dışındayım.\n"),
    "greek": ("Αυτόματη απάντηση: παραγγελία", "Είμαι εκτός γραφείου έως τις 4 Μαΐου.\n"),
    "japanese": ("自動応答: ご注文", "5月4日まで不在です。\n"),
    "chinese": ("自动回复: 订单", "我在休假,5月4日回来。\n"),
    "korean": ("자동 회신: 주문", "5월 4일까지 휴가입니다.\n"),
}
WORDS = tuple(
    machine(f"away-{language}", text, f"Subject: {subject}", "Content-Type: text/plain; charset=utf-8")
    for language, (subject, text) in AWAY.items()
)

NOTES = "I will be out of the office starting 20.11.2026 and will not return until 27.11.2026.\n"
SIGNED = (
    machine(
        "exchange-away",
        "I am away.\n",
        "Subject: Automatic reply: x",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
    ),
    machine("exchange-rules-agent", "Thanks.\n", "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent"),
    machine("notes-away", NOTES, "Subject: Jo Doe/Lisbon/Customer is out of the office."),
    machine("gmail-vacation", "Away.\n", "Precedence: bulk", "X-Autoreply: yes", "Auto-Submitted: auto-replied"),
    machine("vacation-program", "I am on holiday.\n", "Subject: away from my mail", "Precedence: junk"),
    machine("procmail-reply", "Got it.\n", "X-Loop: autoreply@customer.example"),
    machine("hosting-panel-reply", "Got it.\n", "X-Autorespond: A question", "X-Precedence: auto_reply"),
    machine(
        "challenge",
        "Please confirm that you are a person.\n",
        "X-Boxtrapper: 1",
        "Subject: Your email requires verification",
    ),
    machine(
        "list-administration",
        "Your message awaits moderator approval.\n",
        "X-List-Administrivia: yes",
        "List-Id: <u.lists.example>",
        frm="u-owner@lists.example",
    ),
    machine("list-commands", ">>>> help\n", "Subject: Majordomo results", frm="Majordomo@lists.example"),
    machine(
        "list-confirmation",
        "Hi! This is the ezmlm program.\n",
        "Subject: confirm subscribe",
        frm="u-return-17-x@lists.example",
    ),
    machine(
        "scheduler",
        "disk full\n",
        "Subject: Cron <root@db1> backup",
        "X-Cron-Env: <SHELL=/bin/sh>",
        frm="Cron Daemon <root@db1.customer.example>",
    ),
    machine(
        "monitoring",
        "db1 is DOWN\n",
        "Auto-Submitted: auto-generated",
        "Subject: ** PROBLEM Host Alert **",
        frm="nagios@monitor.example",
    ),
    machine(
        "tracker-notice",
        "PROJ-1 was changed\n",
        "Auto-Submitted: auto-generated",
        "Precedence: bulk",
        frm="Jira <jira@customer.example>",
    ),
    machine("shop-notice", "Shipped.\n", "X-Amazon-Mail-Relay-Type: notification"),
    machine("newsletter", "Ten offers\n", "Precedence: bulk", "List-Unsubscribe: <https://x.example/u>"),
    machine("envelope-of-a-daemon", "Thanks.\n", "Return-Path: <MAILER-DAEMON>"),
    machine(
        "two-bridges",
        "We have received your request.\n",
        "Auto-Submitted: auto-replied",
        "X-HD-Bridge-Loop: other",
        f"In-Reply-To: {LETTER}",
    ),
)

PEOPLE = (
    person(
        "person-on-a-list",
        "Hello all\n",
        "List-Id: <u.lists.example>",
        "Precedence: bulk",
        "X-Loop: u@lists.example",
        silent=True,
    ),
    person(
        "person-on-a-list-about-leave",
        "Which forms do I need?\n",
        "List-Id: <u.lists.example>",
        "Subject: On leave policy",
        silent=True,
    ),
    person("person-behind-exchange", "Hello\n", "X-Auto-Response-Suppress: DR, RN, NRN", silent=False),
    person("person-who-wants-silence", "Hello\n", "X-Auto-Response-Suppress: OOF, AutoReply", silent=True),
    person(
        "person-answers-an-away-note", "Thanks, I can wait.\n", "Subject: Re: Automatic reply: Your order", silent=False
    ),
    person(
        "person-asks-about-away-notes",
        "The out of office reply in your app does not work.\n",
        "Subject: Out of office does not work",
        silent=False,
    ),
    person(
        "person-by-a-code-forge",
        "I commented on this.\n",
        "Precedence: list",
        "List-Id: <repo.forge.example>",
        frm="Jo <notifications@forge.example>",
        silent=True,
    ),
    person(
        "person-by-a-contact-form",
        "My name is Jo.\n",
        "Reply-To: jo@customer.example",
        frm="Form <noreply@shop.example>",
        silent=False,
    ),
    person("person-by-another-help-desk", "Hello, we see the same.\n", "X-HD-Bridge-Loop: other", silent=True),
    person("person-with-a-newsletter-footer", "Hello\n", "List-Unsubscribe: <mailto:u@customer.example>", silent=True),
    person("person-who-is-root", "Hello, I run this server.\n", frm="Ann <root@server.example>", silent=False),
    person(
        "person-denies-it",
        "Hello\n",
        "Auto-Submitted: no",
        "X-Autoreply: no",
        "X-FC-MachineGenerated: false",
        silent=False,
    ),
)

SAMPLES = (*WORDS, *SIGNED, *PEOPLE)
