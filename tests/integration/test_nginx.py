"""The nginx sample, in front of the real house: pages, sockets, streams and long polls go through it."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.support.house import FOR_A_ROOM, ROOT, House, eventually, open_house
from tests.support.ports import free_port
from tests.support.walk import walk

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")

AROUND = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/parley.conf;
}}
"""


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("behind"), only=FOR_A_ROOM, TRUSTED_PROXIES="1") as house:
        yield house


@pytest.fixture(scope="module")
def front(behind: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """nginx with our sample, only its two ports changed."""
    if NGINX is None:
        assert "nginx" not in os.environ.get("PARLEY_REQUIRE", ""), "nginx is required, but it is not installed"
        pytest.skip("nginx is not installed")
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    sample = (ROOT / "config" / "nginx.conf").read_text()
    for standing, instead in (
        ("127.0.0.1:8000", behind.base.removeprefix("http://")),
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("listen [::]:80;", ""),
    ):
        assert standing in sample
        sample = sample.replace(standing, instead)
    (folder / "parley.conf").write_text(sample)
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user="user root;" if os.getuid() == 0 else ""))
    said = folder / "said.txt"
    with said.open("wb") as output:
        process = subprocess.Popen(
            [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")], stdout=output, stderr=subprocess.STDOUT
        )
    base = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: serves(base), 60, said.read_text)
        yield base
    finally:
        process.terminate()
        process.wait(60)


def serves(base: str) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(f"{base}/healthz", timeout=2).status_code == 200
    return False


def test_pages_come_through(front: str) -> None:
    page = httpx.get(front, timeout=30)
    assert page.status_code == 200
    assert "text/html" in page.headers["content-type"]


def test_sockets_streams_and_long_polls_show_the_same_through_it(front: str) -> None:
    report = asyncio.run(walk(front, 50))
    assert report.faults() == []


def test_what_is_too_large_is_refused_at_the_door(front: str) -> None:
    assert httpx.post(f"{front}/api/v1/rooms", content=b"x" * 100_000, timeout=30).status_code == 413


def test_nobody_can_pretend_to_come_from_another_host(front: str) -> None:
    claim = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    page = httpx.get(front, headers=claim, timeout=30)
    assert page.status_code == 200
    assert "evil.example" not in page.text
    assert "evil.example" not in str(page.headers)


def test_the_sample_names_the_same_limits_as_the_settings() -> None:
    from config.settings import Settings

    sample = (ROOT / "config" / "nginx.conf").read_text()
    assert f"client_max_body_size {Settings.model_fields['body_max_bytes'].default // 1024}k;" in sample
    assert f"127.0.0.1:{Settings.model_fields['port'].default};" in sample
    assert Path(ROOT / "docs" / "operations.md").read_text().count("config/nginx.conf") == 1
