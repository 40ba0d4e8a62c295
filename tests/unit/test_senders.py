"""Lists of senders: an address is meant by itself, by its domain, and by every domain above."""

from __future__ import annotations

import pytest

from hd_bridge.mail.senders import MOST, listed, patterns_of, sender_pattern


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("Jo@Example.COM", "jo@example.com"),
        (" example.com ", "example.com"),
        ("@example.com", "example.com"),
        ("*@example.com", "example.com"),
        ("*.example.com", "example.com"),
        ("com", None),
        ("jo", None),
        ("jo@", None),
        ("jo doe@example.com", None),
        ("%", None),
        ("", None),
        ("x" * 400 + "@example.com", None),
    ],
)
def test_people_write_addresses_and_domains_in_their_ways(text: str, pattern: str | None) -> None:
    assert sender_pattern(text) == pattern


@pytest.mark.parametrize(
    ("pattern", "address", "means"),
    [
        ("jo@example.com", "jo@example.com", True),
        ("jo@example.com", "joe@example.com", False),
        ("jo@example.com", "jo@mail.example.com", False),
        ("example.com", "jo@example.com", True),
        ("example.com", "alerts@db1.monitoring.example.com", True),
        ("example.com", "jo@notexample.com", False),
        ("example.com", "jo@example.com.evil.example", False),
        ("mail.example.com", "jo@example.com", False),
        ("example.com", "example.com", False),
        ("example.com", "", False),
    ],
)
def test_a_domain_means_all_below_it_and_nothing_beside_it(pattern: str, address: str, means: bool) -> None:
    assert (listed((pattern,), address) is not None) is means


def test_of_an_endless_domain_its_end_still_counts() -> None:
    patterns = patterns_of("jo@" + "a." * 50 + "example.com")
    assert len(patterns) <= MOST and patterns[-1] == "example.com"
