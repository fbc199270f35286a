"""Every setting is documented, and a bad one stops the start with one sentence."""

from pathlib import Path

import pytest

from portal.core.errors import Invalid
from portal.core.settings import Settings, load_settings

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "configuration.md"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_is_documented(name: str) -> None:
    assert f"`PORTAL_{name.upper()}`" in DOCUMENTATION.read_text()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://localhost/portal"),
        ("DATABASE_URL", "nonsense"),
        ("SECRET_KEY", "short"),
        ("PUBLIC_URL", "http://portal.example.org"),
        ("SMTP_URL", "mail.example.org"),
        ("JOBS", "somewhere"),
        ("UPLOAD_LIMIT_MB", "a lot"),
        ("CLAMD_URL", "clamd.example.org:3310"),
        ("IDLE_MINUTES", "0"),
    ],
)
def test_a_bad_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"PORTAL_{name}", value)
    with pytest.raises(Invalid) as fault:
        load_settings()
    assert f"PORTAL_{name}" in str(fault.value)
    assert "\n" not in str(fault.value)
