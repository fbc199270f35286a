"""Files go to clamd before they are taken; a small real server stands in for it."""

import tempfile
from pathlib import Path

import pytest

from portal.core.errors import Invalid
from portal.core.files import FileStore
from portal.core.scanning import ClamdScan, ScanFailed, scan_for
from portal.response.intake import Harmful, Intake, vet
from tests.response.clamd import EICAR, LIMIT, clamd, unused_port

PDF = b"%PDF-1.7\n"


def test_clamd_says_what_is_harmful_over_tcp() -> None:
    with clamd() as url:
        scan = ClamdScan(url)
        assert scan(PDF) is None
        assert scan(bytes(300_000) + EICAR) == "Eicar-Signature"
        assert scan(b"") is None


def test_clamd_says_what_is_harmful_over_a_socket_file() -> None:
    with tempfile.TemporaryDirectory() as folder, clamd(Path(folder) / "clamd.ctl") as url:
        scan = ClamdScan(url)
        assert (scan(PDF), scan(EICAR)) == (None, "Eicar-Signature")


def test_no_clear_answer_is_no_permission() -> None:
    with clamd() as url, pytest.raises(ScanFailed):
        ClamdScan(url)(bytes(LIMIT + 1_000_000))
    for url in (f"tcp://127.0.0.1:{unused_port()}", "unix:///nowhere/clamd.ctl"):
        with pytest.raises(ScanFailed):
            ClamdScan(url)(PDF)


def test_without_a_setting_nobody_is_asked() -> None:
    assert scan_for("") is None


def test_a_file_is_refused_if_it_is_harmful_or_cannot_be_scanned(tmp_path: Path) -> None:
    with clamd() as url:
        intake = Intake(store=FileStore(tmp_path), scan=scan_for(url))
        assert vet(("policy.pdf", PDF), intake).kind == "pdf"
        with pytest.raises(Harmful, match="harmful content") as refusal:
            vet(("policy.pdf", PDF + EICAR), intake)
        assert refusal.value.found == "Eicar-Signature"
    with pytest.raises(Invalid, match="could not be checked"):
        vet(("policy.pdf", PDF), intake)
    assert not list(tmp_path.iterdir())
