"""Pages in a folder: whole files, plain paths, and a disk that fails."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hd_bridge.errors import Closed, Refused
from hd_bridge.findings import Level
from hd_bridge.ports import Publisher
from tracking_site.publish import FolderPublisher


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "site"


def test_a_page_is_put_whole_for_everybody_to_read_and_leaves_nothing_beside_it(folder: Path) -> None:
    publisher: Publisher = FolderPublisher(folder)
    before = os.umask(0o077)
    try:
        publisher.put("t/abc-123/index.html", b"one")
        publisher.put("t/abc-123/index.html", b"two")
    finally:
        os.umask(before)
    page = folder / "t" / "abc-123" / "index.html"
    assert page.read_bytes() == b"two"
    assert page.stat().st_mode & 0o777 == 0o644
    assert [file.name for file in page.parent.iterdir()] == ["index.html"]


def test_the_folders_of_a_page_can_be_entered_by_a_web_server(folder: Path) -> None:
    before = os.umask(0o077)
    try:
        FolderPublisher(folder).put("t/abc-123/index.html", b"one")
    finally:
        os.umask(before)
    assert all(place.stat().st_mode & 0o777 == 0o755 for place in (folder, folder / "t", folder / "t" / "abc-123"))


def test_removing_is_harmless_to_repeat(folder: Path) -> None:
    publisher = FolderPublisher(folder)
    publisher.put("t/abc/index.html", b"x")
    publisher.remove("t/abc/index.html")
    publisher.remove("t/abc/index.html")
    assert list((folder / "t").iterdir()) == []


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../x",
        "t/../../x",
        "t//x",
        "t/./x",
        ".htaccess",
        "t/.x",
        "t\\x",
        "a\0b",
        "t/",
        "x" * 200,
        "é",
    ],
)
def test_a_path_that_plays_tricks_is_refused_without_naming_it(folder: Path, path: str) -> None:
    publisher = FolderPublisher(folder)
    with pytest.raises(Refused) as put:
        publisher.put(path, b"x")
    with pytest.raises(Refused) as removed:
        publisher.remove(path)
    assert str(put.value) == str(removed.value)
    assert len(path) < 5 or path not in str(put.value)
    assert not folder.exists()


def test_a_link_out_of_the_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    folder.mkdir()
    (folder / "t").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="out of the site's folder"):
        FolderPublisher(folder).put("t/index.html", b"x")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_link_in_place_of_a_page_is_replaced_not_written_through(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"keep")
    folder.mkdir()
    (folder / "index.html").symlink_to(tmp_path / "precious")
    FolderPublisher(folder).put("index.html", b"x")
    assert (tmp_path / "precious").read_bytes() == b"keep"
    assert (folder / "index.html").read_bytes() == b"x"


def test_a_disk_that_fails_closes_the_door_and_does_not_tell_the_tickets_token(folder: Path) -> None:
    folder.parent.joinpath("site").write_text("a file where the folder should be")
    with pytest.raises(Closed) as caught:
        FolderPublisher(folder).put("t/token-of-a-ticket/index.html", b"x")
    assert "token-of-a-ticket" not in str(caught.value)
    assert [finding.level for finding in FolderPublisher(folder).check()] == [Level.PROBLEM]


def test_a_put_that_fails_leaves_the_old_page_and_no_rest(folder: Path) -> None:
    publisher = FolderPublisher(folder)
    publisher.put("t/abc/index.html", b"old")
    (folder / "t" / "abc" / "page").mkdir()
    with pytest.raises(Closed):
        publisher.put("t/abc/page", b"new")
    assert sorted(file.name for file in (folder / "t" / "abc").iterdir()) == ["index.html", "page"]


def test_a_prepared_site_keeps_robots_and_listings_out(folder: Path) -> None:
    publisher = FolderPublisher(folder)
    publisher.prepare()
    publisher.prepare()
    assert (folder / "robots.txt").read_text() == "User-agent: *\nDisallow: /\n"
    assert all(b"<h1>" in (folder / path).read_bytes() for path in ("404.html", "index.html", "t/index.html"))
    assert [finding.level for finding in publisher.check()] == [Level.OK]
    assert not (folder / "check.txt").exists()
