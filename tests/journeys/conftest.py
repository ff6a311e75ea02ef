"""The product as it runs, web server and worker, beside a real browser."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the web server and the worker on this process's database; return the address."""
    port = free_port()
    command = str(Path(sys.executable).parent / "tokimori")
    log = (tmp_path_factory.mktemp("product") / "log").open("wb")
    processes = [
        subprocess.Popen([command, *arguments], stdout=log, stderr=log, env=dict(os.environ), start_new_session=True)
        for arguments in (["serve", "--port", str(port), "--workers", "1"], ["work"])
    ]
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}/api/v1/health", timeout=1).close()  # noqa: S310 -- ours
                break
            time.sleep(0.1)
        yield address
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(timeout=180)  # a worker finishes its job, and looking at all controls is a long one
        log.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.fail("The journeys need Chromium: apt-get install chromium")
    # The browser's driver keeps an event loop in this thread; our own queries beside it are ordinary ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        yield browser
        browser.close()
