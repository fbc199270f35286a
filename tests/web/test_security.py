"""Headers and cookies, from the first page on."""

from pathlib import Path

import pytest
from flask import Flask

from portal.app import create_app
from portal.core.settings import Settings
from tests.page import PageClient

HTTPS = "https://parley.example.org"


@pytest.fixture
def secure(database_url: str, tmp_path: Path) -> Flask:
    """The portal as readers reach it over https."""
    return create_app(
        Settings(var_dir=tmp_path, database_url=database_url, public_url=HTTPS, jobs="inline")
    )


def test_every_page_forbids_what_it_does_not_need(client: PageClient) -> None:
    headers = client.get("/sign-in").response.headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_over_https_the_cookie_is_bound_to_this_host(secure: Flask) -> None:
    response = secure.test_client().get("/sign-in", base_url=HTTPS)
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-parley=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
    secure.extensions["portal.database"].engine.dispose()


def test_nonces_are_used_once(client: PageClient) -> None:
    pages = [client.get("/sign-in").response for _ in range(3)]
    assert len({page.headers["Content-Security-Policy"] for page in pages}) == 3


def test_a_page_that_reads_cannot_be_asked_to_write(client: PageClient) -> None:
    assert client.http.put("/account").status_code in {404, 405}
    assert client.http.post("/healthz").status_code in {404, 405}
