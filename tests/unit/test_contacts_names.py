"""Who writes, out of a From line, and for which company, out of an address. Pure."""

from __future__ import annotations

import pytest

from hd_bridge.contacts import FREE_MAIL, company_of, person_name
from hd_bridge.model import Address


@pytest.mark.parametrize(
    ("written", "email", "expected"),
    [
        ("Ana Silva", "x@y.z", ("Ana", "Silva", "Ana Silva")),
        ("Silva, Ana", "x@y.z", ("Ana", "Silva", "Ana Silva")),
        ("'Silva, Ana'", "x@y.z", ("Ana", "Silva", "Ana Silva")),
        ('"Ana Silva"', "x@y.z", ("Ana", "Silva", "Ana Silva")),
        ("Ana Silva (Acme)", "x@y.z", ("Ana", "Silva", "Ana Silva")),
        ("Ana Silva [EXTERN]", "x@y.z", ("Ana", "Silva", "Ana Silva")),
        ("Ana Silva | Acme Ltd", "x@y.z", ("Ana", "Silva", "Ana Silva")),
        ("Ana Silva via Google Groups", "x@y.z", ("Ana", "Silva", "Ana Silva")),
        ("Ana Silva - Acme", "x@y.z", ("Ana", "Silva", "Ana Silva")),
        ("ANA DA SILVA", "x@y.z", ("Ana", "da Silva", "Ana da Silva")),
        ("ana silva", "x@y.z", ("Ana", "Silva", "Ana Silva")),
        ("CONOR O'BRIEN-SMITH", "x@y.z", ("Conor", "O'Brien-Smith", "Conor O'Brien-Smith")),
        ("JOÃO", "x@y.z", ("João", "", "João")),
        ("Ronald McDonald", "x@y.z", ("Ronald", "McDonald", "Ronald McDonald")),
        ("Dr. Ana Silva, PhD", "x@y.z", ("Ana", "Silva", "Ana Silva")),
        ("van der Berg, Piet", "x@y.z", ("Piet", "van der Berg", "Piet van der Berg")),
        ("Müller, Prof. Dr. Jürgen", "x@y.z", ("Jürgen", "Müller", "Jürgen Müller")),
        ("山田太郎", "x@y.z", ("山田太郎", "", "山田太郎")),
        ("Bo", "x@y.z", ("Bo", "", "Bo")),
        ("JP", "x@y.z", ("JP", "", "JP")),
        ("", "ana.silva@acme.com", ("Ana", "Silva", "Ana Silva")),
        ("", "ana_maria-silva+crm@acme.com", ("Ana", "Maria Silva", "Ana Maria Silva")),
        ("", "ana.silva42@acme.com", ("Ana", "Silva", "Ana Silva")),
        ("ana.silva@acme.com", "ana.silva@acme.com", ("Ana", "Silva", "Ana Silva")),
        ("ana.silva", "ana.silva@acme.com", ("Ana", "Silva", "Ana Silva")),
        ("", "asilva@acme.com", ("", "", "")),
        ("", "a.silva@acme.com", ("", "", "")),
        ("", "no.reply@acme.com", ("", "", "")),
        ("", "customer.support@acme.com", ("", "", "")),
        ("", "12345@acme.com", ("", "", "")),
        ("Acme Support", "x@y.z", ("", "", "Acme Support")),
        ("Suporte Técnico", "x@y.z", ("", "", "Suporte Técnico")),
        ("No-Reply", "x@y.z", ("", "", "No-Reply")),
        ("(Acme)", "asilva@acme.com", ("", "", "")),
        ("Ana\r\nBcc: x \u202eavliS", "x@y.z", ("Ana", "Bcc: x avliS", "Ana Bcc: x avliS")),
    ],
)
def test_a_name_is_read_as_people_mean_it(written: str, email: str, expected: tuple[str, str, str]) -> None:
    assert person_name(Address(name=written, email=email)) == expected


def test_a_name_has_an_end() -> None:
    first, last, full = person_name(Address(name="Ana " * 5000, email="x@y.z"))
    assert (first, len(full) <= 120, last.startswith("Ana")) == ("Ana", True, True)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("ana@acme.com", "Acme"),
        ("ana@acme.com.br", "Acme"),
        ("ana@mail.acme.co.uk", "Acme"),
        ("ana@acme-tools.de", "Acme Tools"),
        ("ana@ACME.Com.", "Acme"),
        ("ana@xn--mller-kva.de", "Müller"),
        ("ana@com.br", "Com"),
        ("ana@gmail.com", ""),
        ("ana@yahoo.com.br", ""),
        ("ana@hotmail.co.uk", ""),
        ("ana@x.uol.com.br", ""),
        ("ana@localhost", ""),
        ("ana@[192.0.2.1]", ""),
        ("ana@192.0.2.1", ""),
        ("ana", ""),
        ("", ""),
        ("ana@a..com", ""),
        ("ana@own.example", ""),
    ],
)
def test_a_company_is_read_from_a_domain_that_is_its_own(address: str, expected: str) -> None:
    assert company_of(address, FREE_MAIL | {"own.example"}) == expected
