"""The sweep has teeth: with a safeguard taken out it finds breaches."""

from __future__ import annotations

import pytest

from tests.crash import runs
from tests.crash.controls import CONTROLS


@pytest.mark.parametrize("name", CONTROLS)
def test_without_this_safeguard_the_sweep_finds_breaches(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    runs.book()  # told once with all safeguards
    assert any(breaches for _, breaches in CONTROLS[name](monkeypatch)), f"{name}, and nothing was noticed"
