"""Text in the charsets of the world, declared or not."""

from __future__ import annotations

import pytest

from hd_bridge.mail.charset import decode, guess, known_name

TEXTS = [
    ("Grüße aus Köln", "cp1252"),
    ("Réponse à votre demande", "cp1252"),
    ("La impresora no funciona desde el año pasado, ¿qué debo hacer?", "cp1252"),
    ("Åse Ødegård skrev i går", "cp1252"),
    ("Příliš žluťoučký kůň", "cp1250"),
    ("Zażółć gęślą jaźń", "cp1250"),
    ("Привет, не работает принтер", "cp1251"),
    ("Не работает принтер", "koi8-r"),
    ("Καλημέρα σας", "cp1253"),
    ("Merhaba, yazıcı çalışmıyor", "cp1254"),
    ("日本語のメールです", "cp932"),
    ("日本語のメールです", "euc_jp"),
    ("请问发票在哪里", "gb18030"),
    ("請問發票在哪裡", "big5"),
    ("안녕하세요 프린터", "cp949"),
]


@pytest.mark.parametrize(("text", "charset"), TEXTS)
def test_short_texts_are_read_without_a_declaration(text: str, charset: str) -> None:
    assert guess(text.encode(charset)) == text


@pytest.mark.parametrize(("text", "charset"), TEXTS)
def test_a_right_declaration_is_believed(text: str, charset: str) -> None:
    assert decode(text.encode(charset), f'"{charset.upper()}"') == text


@pytest.mark.parametrize(
    ("declared", "name"),
    [
        ("GB2312", "gb18030"),
        ("shift_jis", "cp932"),
        ("ks_c_5601-1987", "cp949"),
        ("ISO-8859-1", "cp1252"),
        ("unicode-1-1-utf-7", "utf-7"),
        ("windows-874", "cp874"),
        ('"utf-8"', "utf-8"),
        ("us-ascii", ""),
        ("idna", ""),
        ("base64", ""),
        ("../../x", ""),
        ("a\0b", ""),
        ("x" * 100, ""),
        (None, ""),
    ],
)
def test_names_of_charsets_are_read_as_senders_mean_them(declared: str | None, name: str) -> None:
    assert known_name(declared) == name


def test_escapes_prove_iso_2022_whatever_is_declared() -> None:
    raw = "日本語".encode("iso2022_jp")
    assert decode(raw, "utf-8") == "日本語"
    assert decode("안녕".encode("iso2022_kr")) == "안녕"
    assert decode(b"\x1b(I1\x1b(B") == "\uff71"


def test_an_escape_that_never_returns_spoils_only_its_line() -> None:
    assert decode(b"\x1b$BF|K\\8l\nplain") == "日本語\nplain"


def test_one_broken_byte_costs_one_character() -> None:
    assert decode("Schöne Grüße aus Köln".encode()[:-1] + b"\xff", "utf-8") == "Schöne Grüße aus Köl\ufffd"
    assert decode("打印机坏了请帮忙".encode("gb18030") + b"\xff", "gb2312").startswith("打印机坏了请帮忙")


def test_bytes_that_windows_1252_leaves_open_are_kept() -> None:
    assert decode(b"\x81\x80", "iso-8859-1") == "\x81€"
