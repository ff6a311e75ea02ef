"""Bring the demo's punches in as the world does: through the machine's door, as a file, and by pressing the button."""

import http.client
import json
import urllib.parse
from collections.abc import Iterable, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from tokimori.ops.demo.punches import DemoPunch

_BATCH: Final = 400


class DoorRefused(RuntimeError):
    """The running service did not take what the demo brought."""


def send_by_api(punches: Sequence[DemoPunch], *, port: int, token: str) -> int:
    """Report the punches to ``POST /api/v1/punches``, late uploads after all others; return how many were recorded."""
    ordered = sorted(punches, key=lambda punch: (punch.is_late_upload, punch.at))
    recorded = 0
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for start in range(0, len(ordered), _BATCH):
        body = {"reports": [_report(punch) for punch in ordered[start : start + _BATCH]]}
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection.request("POST", "/api/v1/punches", json.dumps(body), headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
        if response.status != http.client.OK:
            raise DoorRefused(f"The API answered {response.status}: {answer.get('code')}.")
        recorded += sum(1 for one in answer["answers"] if one["outcome"] == "recorded")
    connection.close()
    return recorded


def as_file(punches: Iterable[DemoPunch], *, zone: str) -> bytes:
    """Return the punches as a file in Shift_JIS with Japanese headings, with two lines that cannot be read."""
    lines = ["従業員コード,日付,時刻,種別,場所"]
    for punch in punches:
        local = punch.at.astimezone(ZoneInfo(zone))
        lines.append(f"{punch.employee_code},{local:%Y-%m-%d},{local:%H:%M:%S},{punch.kind.value},{punch.place}")
    lines.insert(5, "9999,2026-13-45,07:00,out,大阪 工場門")
    lines.insert(9, "no such line")
    return "\r\n".join(lines).encode("cp932")


def press_the_button(*, port: int, link: str, password: str) -> None:
    """Sign in by a first-sign-in link, as a browser does, and press the recorder's button."""
    browser = _Browser(port)
    page = browser.get(link)
    browser.post(link, page, {"passphrase": password, "passphrase_again": password})
    page = browser.get("/recorder")
    browser.post("/recorder/punch", page, {"kind": "in", "idempotency_key": "demo-first-press"})


class _Browser:
    """As little of a browser as a form needs: cookies and the form's token."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> str:
        status, body = self._ask("GET", path, None)
        if status != http.client.OK:
            raise DoorRefused(f"{path.split('/')[1]} answered {status}.")
        return body

    def post(self, path: str, page: str, fields: dict[str, str]) -> None:
        token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"', maxsplit=1)[0]
        status, _ = self._ask("POST", path, urllib.parse.urlencode({"csrfmiddlewaretoken": token, **fields}))
        if status != http.client.FOUND:
            raise DoorRefused(f"{path.split('/')[1]} answered {status}.")

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self._cookies[key] = rest.partition(";")[0]
        text = response.read().decode()
        connection.close()
        return response.status, text


def _report(punch: DemoPunch) -> dict[str, str]:
    return {
        "key": f"demo:{punch.employee_code}:{punch.at.isoformat()}:{punch.kind}",
        "employee_code": punch.employee_code,
        "occurred_at": punch.at.isoformat(),
        "kind": punch.kind.value,
        "place": punch.place,
    }
