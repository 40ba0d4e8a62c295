"""``hd-bridge keys``: the signing keys, how they are changed and what is taken back. Touches the terminal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import typer

from hd_bridge import app as house_app
from hd_bridge.cli.out import CONFIG, ConfigOption, JsonOption, complain, print_json, say
from hd_bridge.config import Settings, load
from hd_bridge.crew import FLEET, keep_keys, nobody_else, same_keys
from hd_bridge.errors import Closed
from hd_bridge.mail.keyring import load_keyring, new_key
from hd_bridge.mail.tokens import KeyRing
from hd_bridge.moving import move_pages

app = typer.Typer(help="The signing keys of links and reply addresses.", no_args_is_help=True)


def register(main: typer.Typer) -> None:
    """Add the commands of this file."""
    main.add_typer(app, name="keys")


@app.command("show")
def show(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """The ids of the keys, which one signs what, and the epoch; never a secret."""
    settings = load(config)
    ring = _kept(settings)
    if as_json:
        print_json(
            {"instance": ring.instance, "epoch": ring.epoch, "file": str(settings.journal.keys), "keys": _told(ring)}
        )
        return
    say(f"{settings.journal.keys}: epoch {ring.epoch}", "bold")
    for key in _told(ring):
        say(f"  {key['id']}  {key['does']}")


@app.command("rotate")
def rotate(config: ConfigOption = CONFIG) -> None:
    """Sign letters with a new key from now on; what older keys have signed is still believed."""
    ring = _change(load(config), lambda ring: replace(ring, keys=(*ring.keys, new_key())))
    say(f"key {ring.keys[-1].id} signs letters from now on; older ones are still believed")


@app.command("retire")
def retire(key: str, config: ConfigOption = CONFIG) -> None:
    """Believe one key (its ID, or the beginning) no more: letters that it signed are strangers' from now on."""
    settings = load(config)
    ring = _kept(settings)
    found = [one for one in ring.keys if one.id.startswith(key)]
    if len(found) != 1:
        complain(f"{'several keys begin' if found else 'no key begins'} with {key}: “hd-bridge keys show” lists them")
        raise typer.Exit(1)
    if len(ring.keys) == 1:
        complain(f"{found[0].id} is the only key: “hd-bridge keys rotate” makes another first")
        raise typer.Exit(1)
    _change(settings, lambda ring: replace(ring, keys=tuple(one for one in ring.keys if one.id != found[0].id)))
    say(f"key {found[0].id} is believed no more")


@app.command("revoke")
def revoke(config: ConfigOption = CONFIG) -> None:
    """Take back every link and reply address that was ever given out. Pages move to new addresses."""
    _change(load(config), lambda ring: replace(ring, epoch=ring.epoch + 1))
    say("every token so far is taken back: answers to earlier letters are believed by their sender alone")


def _kept(settings: Settings) -> KeyRing:
    if not settings.journal.keys.exists() and not settings.journal.exists:
        raise Closed(f"{settings.journal.keys} is not made yet: the first “hd-bridge run” makes the keys")
    return load_keyring(settings.journal.keys, make=False)


def _change(settings: Settings, changed: Callable[[KeyRing], KeyRing]) -> KeyRing:
    """Change the keys with the daemon stopped, and move the pages whose addresses change with them."""
    with nobody_else(settings):
        house = house_app.build(settings)
        try:
            same_keys(house)
            ring = changed(house.ring)
            moved = move_pages(house, ring)
            keep_keys(house, settings.journal.keys, ring)
        finally:
            house.journal.close()
    if moved:
        say(f"{moved} pages move: they are published when hd-bridge runs again")
    say(f"{settings.journal.keys} has changed. {FLEET}", "bold")
    return ring


def _told(ring: KeyRing) -> list[dict[str, str]]:
    does = {0: "signs the addresses of pages", len(ring.keys) - 1: "signs letters"}
    if len(ring.keys) == 1:
        does = {0: "signs letters and the addresses of pages"}
    return [{"id": key.id, "does": does.get(n, "is still believed")} for n, key in enumerate(ring.keys)]
