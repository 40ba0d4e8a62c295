"""A tracker that does nothing but take its time: enough of Redmine's REST API for new mails. Touches the network.

Run as a process of its own (``python -m tests.bench.slow_tracker PORT MILLISECONDS``); ``GET /opened.json`` tells how
many issues there are and when the last one was opened, at once and beside the count.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Json = dict[str, Any]
Answer = Callable[[Request], Awaitable[Response]]

ME = {"id": 2, "name": "Bridge"}
PROJECT = {"id": 1, "identifier": "support", "name": "Support"}
TRACKERS = [{"id": 1, "name": "Support"}]
STATUSES = [{"id": 1, "name": "New", "is_closed": False}, {"id": 2, "name": "Closed", "is_closed": True}]
PRIORITIES = [{"id": 1, "name": "Normal", "is_default": True, "active": True}]


def now() -> str:
    """As Redmine writes moments."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class SlowTracker:
    """Issues in memory, newest last."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._files: dict[str, Json] = {}
        self._issues: list[Json] = []
        self._numbers = itertools.count(1)
        self._last = 0.0

    def app(self) -> Starlette:
        """Every answer but the count comes after the delay."""
        slow = [
            ("/users/current.json", "GET", self._me),
            ("/projects/support.json", "GET", self._project),
            ("/projects.json", "GET", self._projects),
            ("/projects/support/memberships.json", "GET", self._nobody),
            ("/issue_statuses.json", "GET", self._statuses),
            ("/enumerations/issue_priorities.json", "GET", self._priorities),
            ("/uploads.json", "POST", self._upload),
            ("/issues.json", "GET", self._list),
            ("/issues.json", "POST", self._open),
            ("/issues/{number:int}.json", "GET", self._show),
        ]
        routes = [Route(path, self._slowly(answer), methods=[method]) for path, method, answer in slow]
        return Starlette(routes=[Route("/opened.json", self._opened), *routes])

    def _slowly(self, answer: Answer) -> Answer:
        async def later(request: Request) -> Response:
            _, response = await asyncio.gather(asyncio.sleep(self._delay), answer(request))
            return response

        return later

    async def _opened(self, _: Request) -> Response:
        return JSONResponse({"opened": len(self._issues), "last": self._last})

    async def _me(self, _: Request) -> Response:
        return JSONResponse({"user": {**ME, "login": "bridge", "admin": False}})

    async def _project(self, _: Request) -> Response:
        return JSONResponse({"project": {**PROJECT, "trackers": TRACKERS, "issue_categories": []}})

    async def _projects(self, _: Request) -> Response:
        return JSONResponse({"projects": [PROJECT], "total_count": 1})

    async def _nobody(self, _: Request) -> Response:
        return JSONResponse({"memberships": [], "total_count": 0})

    async def _statuses(self, _: Request) -> Response:
        return JSONResponse({"issue_statuses": STATUSES})

    async def _priorities(self, _: Request) -> Response:
        return JSONResponse({"issue_priorities": PRIORITIES})

    async def _upload(self, request: Request) -> Response:
        size = len(await request.body())
        id = next(self._numbers)
        token = f"{id}.{id:032x}"
        self._files[token] = {"id": id, "filesize": size, "created_on": now(), "author": ME, "content_url": ""}
        return JSONResponse({"upload": {"id": id, "token": token}}, 201)

    async def _list(self, request: Request) -> Response:
        """The newest first; what is asked for by a file is not there: no tests look for one here."""
        if {"attachment", "attachment_description"} & request.query_params.keys():
            return JSONResponse({"issues": [], "total_count": 0})
        limit = int(request.query_params.get("limit", "25"))
        newest = self._issues[::-1][:limit]
        return JSONResponse({"issues": newest, "total_count": len(self._issues)})

    async def _open(self, request: Request) -> Response:
        asked = (await request.json())["issue"]
        files = [
            {
                **self._files.pop(upload["token"]),
                "filename": upload["filename"],
                "content_type": upload.get("content_type", ""),
                "description": upload.get("description", ""),
            }
            for upload in asked.get("uploads", ())
        ]
        issue = {
            "id": len(self._issues) + 1,
            "project": PROJECT,
            "tracker": TRACKERS[0],
            "status": STATUSES[0],
            "priority": PRIORITIES[0],
            "author": ME,
            "subject": asked["subject"],
            "description": asked.get("description", ""),
            "is_private": False,
            "created_on": now(),
            "updated_on": now(),
            "attachments": files,
        }
        self._issues.append(issue)
        self._last = time.monotonic()  # the machine's, one for all processes
        return JSONResponse({"issue": issue}, 201)

    async def _show(self, request: Request) -> Response:
        number = int(request.path_params["number"])
        if not 0 < number <= len(self._issues):
            return Response(status_code=404)
        return JSONResponse({"issue": {**self._issues[number - 1], "journals": []}})


if __name__ == "__main__":
    port, milliseconds = int(sys.argv[1]), float(sys.argv[2])
    tracker = SlowTracker(milliseconds / 1000).app()
    uvicorn.run(tracker, host="127.0.0.1", port=port, log_level="error", access_log=False)
