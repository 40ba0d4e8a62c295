"""Asks for pages that letters link to, to learn whether they are there. Touches the network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

import requests

from hd_bridge import __version__

SECONDS = 10
AT_ONCE = 4
HEADERS = {"User-Agent": f"hd-bridge/{__version__} (link check)"}
# Some servers answer HEAD with one of these, and GET with the page.
ASK_AGAIN = frozenset({400, 403, 404, 405, 501})
# They are there, and want to know who asks.
THERE = frozenset({401, 403, 407, 429})


def dead(addresses: Iterable[str]) -> Mapping[str, str]:
    """Those of the addresses that lead nowhere, and why."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = tuple(dict.fromkeys(addresses))
        found = dict(zip(asked, pool.map(_wrong, asked), strict=True))
    return {address: why for address, why in found.items() if why}


def _wrong(address: str) -> str:
    url = address if "://" in address else f"https://{address}"
    try:
        with requests.Session() as session:
            session.trust_env = False
            status = session.head(url, timeout=SECONDS, headers=HEADERS, allow_redirects=True).status_code
            if status in ASK_AGAIN:
                with session.get(url, timeout=SECONDS, headers=HEADERS, stream=True) as answer:
                    status = answer.status_code
    except requests.Timeout:
        return f"did not answer within {SECONDS} s"
    except requests.TooManyRedirects:
        return "sends visitors round in a circle"
    except requests.exceptions.SSLError:
        return "has no valid certificate"
    except (requests.RequestException, ValueError):
        return "cannot be reached"
    return f"answers HTTP {status}" if status >= 400 and status not in THERE else ""
