"""Replies as some twenty mail programs write them, in every language of clients.toml, each with what was written now.

Pure, but for the words, which are read from the disk.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape

from tests.corpus.clients import Client
from tests.corpus.making import mail, multipart, text

NAME, ADDRESS = "Ada Lamp", "support@shop.example"
REPLIED = "In-Reply-To: <letter@shop.example>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A mail and the words in it that are new."""

    name: str
    raw: bytes
    reply: str


def plain(one: Client, body: str, *fields: str, subject: str = "") -> bytes:
    """A mail of plain text that answers a letter of ours."""
    kind = ("Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit")
    return mail(body, f"Subject: {subject or one.prefix[0]}: Cable", REPLIED, *kind, *fields)


def html(one: Client, body: str) -> bytes:
    """The same of HTML alone."""
    kind = ("Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: 8bit")
    return mail(f"<html><body>{body}</body></html>", f"Subject: {one.prefix[0]}: Cable", REPLIED, *kind)


def both(one: Client, words: str, body: str) -> bytes:
    """The same in two forms."""
    kind, content = multipart("alternative", text(words), text(f"<html><body>{body}</body></html>", "html"))
    return mail(content, f"Subject: {one.prefix[0]}: Cable", REPLIED, kind)


def reply(one: Client) -> str:
    """What the customer says above a quote."""
    return f"{one.say}\n\n{one.more}\n\n{one.bye}\nJoan"


def quoted(one: Client, sign: str = "> ") -> str:
    """What is quoted, each line marked."""
    return "\n".join((sign + line).rstrip() for line in (one.ask, "", one.ask2))


def said(form: str) -> str:
    """A line above a quote."""
    return form.format(name=NAME, mail=ADDRESS)


def block(one: Client, sign: str = "") -> str:
    """Outlook's four fields."""
    values = (f"{NAME} <{ADDRESS}>", one.date, "Joan Mill <joan@home.example>", "RE: Cable")
    return "\n".join(f"{sign}{name}:{sign} {value}" for name, value in zip(one.labels, values, strict=True))


def lines(words: str) -> str:
    """Each line a div of its own."""
    return "".join(f"<div>{escape(line) or '<br>'}</div>" for line in words.split("\n"))


def paragraphs(one: Client) -> str:
    """The quoted mail as HTML."""
    return f"<p>{escape(one.ask)}</p><p>{escape(one.ask2)}</p>"


def tops(one: Client) -> Iterator[tuple[str, bytes, str]]:
    """Plain text, the answer above."""
    new = reply(one)
    gmail, apple, bird = said(one.gmail), said(one.apple), said(one.bird)
    yield "gmail-top", plain(one, f"{new}\n\n{gmail}\n\n{quoted(one)}\n"), new
    wrapped = "\n".join(textwrap.wrap(gmail, 60, break_long_words=False, break_on_hyphens=False))
    yield "gmail-top-wrapped", plain(one, f"{new}\n\n{wrapped}\n\n{quoted(one)}\n"), new
    yield "gmail-top-unmarked", plain(one, f"{new}\n\n{gmail}\n\n{one.ask}\n\n{one.ask2}\n"), new
    yield "apple-top", plain(one, f"{new}\n\n> {apple}\n> \n{quoted(one)}\n"), new
    yield "apple-top-bare", plain(one, f"{new}\n\n{apple}\n\n{quoted(one)}\n"), new
    yield "telephone-top", plain(one, f"{new}\n\n{one.tel}\n\n> {apple}\n> \n{quoted(one)}\n"), new
    yield "bird-top", plain(one, f"{new}\n\n{bird}\n{quoted(one)}\n"), new
    yield "outlook-top", plain(one, f"{new}\n\n{block(one)}\n\n{one.ask}\n\n{one.ask2}\n"), new
    yield "outlook-top-ruled", plain(one, f"{new}\n\n{'_' * 32}\n{block(one)}\n\n{one.ask}\n\n{one.ask2}\n"), new
    divided = f"-----{one.original}-----\n{block(one)}\n\n{one.ask}\n\n{one.ask2}\n"
    yield "outlook-top-divided", plain(one, f"{new}\n\n{divided}"), new
    yield "outlook-top-stars", plain(one, f"{new}\n\n{block(one, '*')}\n\n{one.ask}\n\n{one.ask2}\n"), new
    yield "outlook-app-top", plain(one, f"{new}\n\n{one.app}\n{'_' * 32}\n{block(one)}\n\n{one.ask}\n"), new
    yield "signed-top", plain(one, f"{new}\n\n-- \nJoan Mill\nMill Ltd\n\n{gmail}\n\n{quoted(one)}\n"), new
    yield "no-head-top", plain(one, f"{new}\n\n{quoted(one)}\n"), new


def belows(one: Client) -> Iterator[tuple[str, bytes, str]]:
    """Plain text, the answers below or within."""
    gmail, bird = said(one.gmail), said(one.bird)
    yield "bird-bottom", plain(one, f"{bird}\n{quoted(one)}\n\n{one.say}\n"), one.say
    signed = f"{bird}\n{quoted(one)}\n\n{one.say}\n\n-- \nJoan Mill\nMill Ltd\n"
    yield "bird-bottom-signed", plain(one, signed), one.say
    within = f"> {one.ask}\n\n{one.say}\n\n> {one.ask2}\n\n{one.more}\n\n{one.bye}\nJoan\n"
    yield "bird-within", plain(one, f"{bird}\n{within}"), reply(one)
    yield "gmail-within", plain(one, f"{gmail}\n\n{within}"), reply(one)
    yield "no-head-within", plain(one, within), reply(one)
    listed = (
        f"{bird}\n{within}\n{'_' * 47}\nLamps mailing list\nLamps@lists.example\nhttps://lists.example/listinfo/lamps\n"
    )
    yield "list-within", plain(one, listed), reply(one)
    yield "no-quote-signed", plain(one, f"{reply(one)}\n\n-- \nJoan Mill\nMill Ltd\n"), reply(one)
    yield "no-quote", plain(one, reply(one)), reply(one)


def htmls(one: Client) -> Iterator[tuple[str, bytes, str]]:
    """HTML as programs make it."""
    new, gmail, apple = reply(one), said(one.gmail), said(one.apple)
    cite = f'<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{paragraphs(one)}</blockquote>'
    attr = f'<div dir="ltr" class="gmail_attr">{escape(gmail)}<br></div>'
    gmail_html = f'<div dir="ltr">{lines(new)}</div><br><div class="gmail_quote">{attr}{cite}</div>'
    yield "gmail-html", html(one, gmail_html), new
    yield "gmail-both", both(one, f"{new}\n\n{gmail}\n\n{quoted(one)}\n", gmail_html), new
    apple_cite = f'<blockquote type="cite"><div>{escape(apple)}</div><br>{paragraphs(one)}</blockquote>'
    apple_html = f"{lines(new)}<div><br>{apple_cite}</div>"
    yield "apple-html", html(one, apple_html), new
    fields = "<br>".join(f"<b>{escape(line.replace(':', ':</b>', 1))}" for line in block(one).split("\n"))
    fields = fields.replace("&lt;/b&gt;", "</b>")
    typed = "".join(f'<p class="MsoNormal">{escape(line) or "&nbsp;"}</p>' for line in new.split("\n"))
    border = "border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"
    head = f'<div style="{border}"><p class="MsoNormal">{fields}</p></div>'
    desk = f'<div class="WordSection1">{typed}{head}{paragraphs(one)}</div>'
    yield "outlook-html", html(one, desk), new
    outlook_plain = f"{new}\n\n{block(one)}\n\n{one.ask}\n\n{one.ask2}\n"
    yield "outlook-both", both(one, outlook_plain, desk), new
    web = f'{lines(new)}<hr><div id="x_divRplyFwdMsg" dir="ltr">{fields}</div><div>{paragraphs(one)}</div>'
    yield "outlook-web-html", html(one, web), new
    moz = f'<p>{escape(one.say)}</p><div class="moz-cite-prefix">{escape(said(one.bird))}<br></div>'
    moz_cite = f'<blockquote type="cite" cite="mid:letter@shop.example">{paragraphs(one)}</blockquote>'
    yield "bird-top-html", html(one, moz + moz_cite), one.say
    prefix = f'<div class="moz-cite-prefix">{escape(said(one.bird))}</div>'
    yield "bird-bottom-html", html(one, f"{prefix}{moz_cite}<p>{escape(one.say)}</p>"), one.say
    for name, holder in (
        ("yahoo-html", 'id="yahoo_quoted_1" class="yahoo_quoted"'),
        ("proton-html", 'class="protonmail_quote"'),
        ("zoho-html", 'class="zmail_extra"'),
        ("spark-html", 'name="messageReplySection"'),
    ):
        cited = f"<div {holder}>{escape(gmail)}<br><blockquote>{paragraphs(one)}</blockquote></div>"
        yield name, html(one, f"{lines(new)}<br>{cited}"), new


MAKERS: tuple[Callable[[Client], Iterator[tuple[str, bytes, str]]], ...] = (tops, belows, htmls)


def cases(one: Client) -> Iterator[Case]:
    """Every style in one language."""
    for maker in MAKERS:
        for name, raw, new in maker(one):
            yield Case(name=f"{name}-{one.language}", raw=raw, reply=new)
