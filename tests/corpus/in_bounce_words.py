"""Delivery reports in words alone, as mail systems write them that know no other form. Pure."""

from __future__ import annotations

from tests.corpus.in_bounces import COPY, GONE, QMAIL, bounced, told
from tests.corpus.in_signs import LETTER

SENDMAIL = f"""The original message was received at Fri, 20 Nov 2026 09:15:00 +0100
from shop.example [192.0.2.7]

   ----- The following addresses had permanent fatal errors -----
<{GONE}>
    (reason: 550 5.1.1 <{GONE}>... User unknown)

   ----- Transcript of session follows -----
... while talking to mx.customer.example.:
>>> RCPT To:<{GONE}>
<<< 550 5.1.1 <{GONE}>... User unknown

   ----- Original message follows -----

{COPY}"""
POSTFIX = f"""This is the mail system at host mx.example.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

<{GONE}>: host mx.customer.example[192.0.2.9] said: 452 4.2.2 Mailbox
    full (in reply to RCPT TO command)

{COPY}"""
EXIM = f"""This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {GONE}
    Unrouteable address

------ This is a copy of the message, including all the headers. ------

{COPY}"""
EXCHANGE = f"""Your message

  To:      Jo Doe
  Subject: Re: A question
  Sent:    Fri, 20 Nov 2026 09:15:00 +0100

did not reach the following recipient(s):

{GONE} on Fri, 20 Nov 2026 09:15:02 +0100
    The recipient name is not recognized
    The MTS-ID of the original message is: c=us;a= ;p=Customer
    MSEXCH:IMS:CUSTOMER:SITE:MX 0 (000C05A6) Unknown Recipient
"""
NOTES = f"""Your message

  Subject: Re: A question

was not delivered to:

  {GONE}

because:

  User Jo Doe ({GONE}) not listed in Domino Directory
"""
GMAIL = f"""Delivery to the following recipient failed permanently:

     {GONE}

Technical details of permanent failure:
The recipient server did not accept our requests: 550 5.1.1 unknown.

----- Original message -----

{COPY}"""
YAHOO = f"""Sorry, we were unable to deliver your message to the following address.

<{GONE}>:
Remote host said: 554 delivery error: dd This user doesn't have an account here

--- Below this line is a copy of the message.

{COPY}"""
OUTLOOK = f"""This is an automatically generated Delivery Status Notification.

Delivery to the following recipients failed.

       {GONE}
"""
GROUPWISE = f"The message that you sent was undeliverable to the following:\n\n\t{GONE} (user not found)\n"
COURIER = f"""This is a delivery status notification from mx.example, running the Courier mail server.

                           UNDELIVERABLE MAIL

Your message to the following recipients cannot be delivered:

<{GONE}>:
    mx.customer.example [192.0.2.9]:
>>> RCPT TO:<{GONE}>
<<< 550 User unknown.
"""
GERMAN = (
    f"Ihre Nachricht an {GONE} konnte nicht zugestellt werden.\n\nGrund: 550 5.1.1 unbekannt\n\nMessage-ID: {LETTER}\n"
)
JAPANESE = f"以下の宛先にメールを配信できませんでした。\n\n<{GONE}>: 550 5.1.1 User unknown\n\nMessage-ID: {LETTER}\n"
FRENCH = f"Votre message n'a pas pu être remis au destinataire suivant :\n\n{GONE}\n\n550 5.1.1 inconnu\n"
GATEWAY = (
    f"A message you sent was rejected by our mail filter.\n\nThe following recipients could not be reached:\n{GONE}\n"
)
AMAZON = f"An error occurred while trying to deliver the mail to the following recipients:\n{GONE}\n"

SAMPLES = (
    bounced("qmail", told(QMAIL, "failure notice", "MAILER-DAEMON@mx.example")),
    bounced(
        "sendmail",
        told(SENDMAIL, "Returned mail: see transcript for details", "Mail Delivery Subsystem <MAILER-DAEMON>"),
    ),
    bounced("postfix-in-words", told(POSTFIX, "Undelivered Mail Returned to Sender"), permanent=False),
    bounced(
        "exim-by-a-person-like-sender",
        told(
            EXIM,
            "Mail delivery failed: returning message to sender",
            "Mail System <admin@mx.example>",
            "Auto-Submitted: auto-replied",
        ),
    ),
    bounced(
        "exchange",
        told(EXCHANGE, "Undeliverable: Re: A question", "System Administrator <postmaster@customer.example>"),
        id=None,
    ),
    bounced(
        "notes",
        told(NOTES, "DELIVERY FAILURE: User Jo Doe not listed", "Postmaster <postmaster@customer.example>"),
        id=None,
    ),
    bounced(
        "gmail",
        told(GMAIL, "Delivery Status Notification (Failure)", "Mail Delivery Subsystem <mailer-daemon@mx.example>"),
    ),
    bounced("yahoo", told(YAHOO, "Failure Notice", "MAILER-DAEMON@mx.example")),
    bounced(
        "outlook",
        told(OUTLOOK, "Delivery Status Notification (Failure)", "postmaster@mx.example", f"References: {LETTER}"),
    ),
    bounced("groupwise", told(GROUPWISE, "Message status - undeliverable", "Mailer-Daemon@mx.example"), id=None),
    bounced(
        "courier",
        told(COURIER, "NOTICE: mail delivery status.", '"Courier mail server at mx.example" <@>', "Return-Path: <>"),
        id=None,
    ),
    bounced("german", told(GERMAN, "Unzustellbar: Re: Frage", "Postmaster <postmaster@kunde.example>")),
    bounced("japanese", told(JAPANESE, "メール配信不能", "Mail Delivery System <mailer-daemon@mx.example>")),
    bounced(
        "french", told(FRENCH, "Non remis : Re: Question", "postmaster@client.example", "Return-Path: <>"), id=None
    ),
    bounced(
        "gateway",
        told(GATEWAY, "Mail could not be delivered", '"InterScan" <postmaster@mx.example>', "Return-Path: <>"),
        id=None,
    ),
    bounced("amazon", told(AMAZON, "Delivery Status Notification (Failure)", "MAILER-DAEMON@mx.example"), id=None),
    bounced("sender-empty", told(QMAIL, "failure notice", "<>")),
)
