"""The small web server, asked over real connections."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from hd_bridge.errors import Closed
from tests.unit.site_samples import IN_PROGRESS, facts, page
from tracking_site.publish import FolderPublisher
from tracking_site.serve import HEADERS, SiteServer

TICKET = "t/c0ffee-0123456789abcdef/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("served")
    (root / "secret.txt").write_text("canary outside")
    folder = root / "site"
    publisher = FolderPublisher(folder)
    publisher.prepare()
    publisher.put(f"{TICKET}index.html", page(facts(IN_PROGRESS)).encode())
    (folder / ".hidden.txt").write_text("canary hidden")
    (folder / "odd.py").write_text("canary code")
    (folder / "empty").mkdir()
    (folder / "leak.txt").symlink_to(root / "secret.txt")
    server = SiteServer(folder)
    yield server.start()
    server.stop()


def ask(
    site: str, path: str, method: str = "GET", host: str | None = None
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """One request with the path exactly as given: no client tidies it up."""
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=30)
    try:
        connection.putrequest(method, path, skip_host=host is not None)
        if host is not None:
            connection.putheader("Host", host)
        connection.endheaders()
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def test_a_tickets_page_is_shown_with_all_the_headers_that_protect_it(site: str) -> None:
    status, headers, body = ask(site, f"/{TICKET}")
    assert status == 200 and "Printer does not print" in body.decode()
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert {name: headers[name] for name in HEADERS} == dict(HEADERS)
    assert headers["server"] is None


def test_head_tells_the_size_and_sends_nothing(site: str) -> None:
    status, headers, body = ask(site, f"/{TICKET}", "HEAD")
    assert (status, body) == (200, b"")
    assert headers["content-length"] == str(len(ask(site, f"/{TICKET}")[2]))


def test_an_address_without_its_last_slash_leads_to_the_page_whatever_host_is_asked_for(site: str) -> None:
    status, headers, _ = ask(site, f"/{TICKET}".rstrip("/"), host="evil.example")
    assert (status, headers["location"]) == (307, "c0ffee-0123456789abcdef/")
    assert headers["cache-control"] == "no-store"


def test_robots_are_told_to_stay_out(site: str) -> None:
    status, headers, body = ask(site, "/robots.txt")
    assert (status, body) == (200, b"User-agent: *\nDisallow: /\n")
    assert headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/t",
        "/t/",
        "/t/unknown-token/",
        "/empty/",
        "/empty",
        "/.hidden.txt",
        "/odd.py",
        "/leak.txt",
        "/../secret.txt",
        "/t/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/t/%2e%2e/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/%5c..%5csecret.txt",
        "//etc/passwd",
        "/t//",
        "/robots.txt/",
        "/robots.txt%00.html",
        "/%ff%fe",
        "/" + "x" * 300 + ".txt",
        "/" + "t/" * 2000,
    ],
)
def test_everything_else_is_a_handsome_404(site: str, path: str) -> None:
    status, headers, body = ask(site, path)
    assert status == 404 and b"There is no page here" in body
    assert b"canary" not in body
    assert {name: headers[name] for name in HEADERS} == dict(HEADERS)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_nothing_can_be_written(site: str, method: str) -> None:
    status, headers, body = ask(site, f"/{TICKET}", method)
    assert (status, headers["allow"], body) == (405, "GET, HEAD", b"")
    assert headers["x-content-type-options"] == "nosniff"


def test_a_page_that_changes_is_shown_whole_to_everybody_who_asks_meanwhile(tmp_path: Path) -> None:
    publisher = FolderPublisher(tmp_path)
    versions = [letter * 50_000 for letter in (b"a", b"b")]
    publisher.put("t/x/index.html", versions[0])
    server = SiteServer(tmp_path)
    url = server.start()
    done = threading.Event()

    def rewrite() -> None:
        for turn in range(40):
            publisher.put("t/x/index.html", versions[turn % 2])
        done.set()

    writer = threading.Thread(target=rewrite)
    writer.start()
    try:
        seen = [ask(url, "/t/x/")]
        while not done.is_set():
            seen.append(ask(url, "/t/x/"))
    finally:
        writer.join()
        server.stop()
    assert all(status == 200 and body in versions for status, _, body in seen)


def test_a_stopped_server_gives_its_port_back_and_stops_twice(tmp_path: Path) -> None:
    server = SiteServer(tmp_path)
    port = urlsplit(server.start()).port
    assert port
    server.stop()
    server.stop()
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_a_port_that_is_taken_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Closed, match=f"cannot listen on 127.0.0.1 port {port}: Address already in use"):
            SiteServer(tmp_path, "127.0.0.1", port).start()


def test_a_server_in_the_foreground_tells_its_port_and_ends_at_a_signal(tmp_path: Path) -> None:
    FolderPublisher(tmp_path).prepare()
    program = (
        "import sys; from pathlib import Path; from tracking_site.serve import serve\n"
        "serve(Path(sys.argv[1]), '127.0.0.1', 0, ready=lambda port: print(port, flush=True))"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = int(process.stdout.readline())
        assert ask(f"http://127.0.0.1:{port}/", "/robots.txt")[0] == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) in (0, -signal.SIGTERM)
