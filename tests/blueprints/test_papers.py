"""The questionnaire as workbook and as form: who gets which version, in which language."""

from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader

from portal.app import create_app
from portal.core.clock import now
from portal.core.settings import Settings
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.loader import read
from portal.questionnaire.operations import save_draft
from portal.questionnaire.queries import published_version
from tests import factories
from tests.blueprints.secretariat_world import dialogue_named, in_preparation
from tests.blueprints.visitors import database_of, signed_in
from tests.page import PageClient
from tests.questionnaire.workbooks import Opened, opened

TYPES = Path(__file__).parents[1] / "questionnaire" / "data" / "types.yaml"
PAPERS = ("questionnaire.xlsx", "questionnaire.pdf")
DRAFTS = ("draft/questionnaire.xlsx", "draft/questionnaire.pdf")


def published(app: Flask) -> str:
    """The short name of a dialogue that asks one question of every type, in English and French."""
    with database_of(app).transaction() as session:
        return factories.published(session, path=TYPES, now=now()).short_name


def with_draft(app: Flask, role: Role, draft: Questionnaire) -> tuple[str, Actor]:
    """A dialogue in preparation with a draft, and somebody with a role in it."""
    with database_of(app).transaction() as session:
        dialogue = factories.dialogue(session, now=now())
        lead = factories.member(session, dialogue, Role.LEAD_BUYER, now=now())
        save_draft(session, lead, dialogue.id, draft, now=now())
        reader = factories.member(session, dialogue, role, now=now())
        return dialogue.short_name, reader


def at(name: str, paper: str) -> str:
    return f"/dialogues/{name}/{paper}"


def name_of(client: PageClient, url: str) -> str:
    """What a browser calls the file."""
    disposition = client.download(url).headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename=")
    return disposition.partition("=")[2]


def workbook_at(client: PageClient, url: str) -> Opened:
    return opened(client.download(url).data)


def text_at(client: PageClient, url: str) -> str:
    """The text layer of a PDF, in one line."""
    pages = PdfReader(BytesIO(client.download(url).data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_anyone_gets_the_published_questionnaire(app: Flask, client: PageClient) -> None:
    name = published(app)
    with database_of(app).session(writes=False) as session:
        version = published_version(session, dialogue_named(session, name).id)
    assert version is not None
    stamp = workbook_at(client, at(name, PAPERS[0])).stamp
    assert (stamp["sha256"], stamp["dialogue"]) == (version.sha256, "Fair laptops")
    assert stamp["deadline"]
    text = text_at(client, at(name, PAPERS[1]))
    assert version.sha256 in text
    assert "A.01 Do you have a policy?" in text


def test_the_files_are_named_by_version_and_language(app: Flask, client: PageClient) -> None:
    name = published(app)
    assert name_of(client, at(name, PAPERS[0])) == "types-1.0-en.xlsx"
    assert name_of(client, at(name, "questionnaire.pdf?language=fr")) == "types-1.0-fr.pdf"


def test_a_reader_gets_their_own_language_or_the_one_they_ask_for(
    app: Flask, client: PageClient
) -> None:
    url = at(published(app), PAPERS[0])
    client.http.set_cookie("language", "fr")
    assert workbook_at(client, url).stamp["language"] == "fr"
    assert workbook_at(client, f"{url}?language=en").stamp["language"] == "en"
    client.http.set_cookie("language", "nl")  # of the pages, not of this questionnaire
    assert workbook_at(client, url).stamp["language"] == "en"


def test_a_language_without_texts_is_not_there(app: Flask, client: PageClient) -> None:
    name = published(app)
    for paper in PAPERS:
        for language in ("nl", "xx", "", "../en"):
            client.get(f"{at(name, paper)}?language={language}", status=404)


def test_what_is_not_published_is_not_there(app: Flask, client: PageClient) -> None:
    name, secretariat = in_preparation(app)
    for paper in PAPERS:
        client.get(at(name, paper), status=404)
        client.get(at("no-such-dialogue", paper), status=404)
        signed_in(app, secretariat).get(at(name, paper), status=404)


def test_those_who_read_drafts_get_the_draft_which_says_so(app: Flask) -> None:
    name, observer = with_draft(app, Role.OBSERVER, read(TYPES))
    client = signed_in(app, observer)
    assert name_of(client, at(name, DRAFTS[0])) == "types-1.0-draft-en.xlsx"
    assert name_of(client, at(name, f"{DRAFTS[1]}?language=fr")) == "types-1.0-draft-fr.pdf"
    assert "types 1.0 (draft)" in workbook_at(client, at(name, DRAFTS[0])).texts()
    assert "types 1.0 (draft)" in text_at(client, at(name, DRAFTS[1]))
    client.get(f"{at(name, DRAFTS[0])}?language=xx", status=404)


def test_after_publication_they_get_the_published_version(app: Flask) -> None:
    name = published(app)
    with database_of(app).transaction() as session:
        dialogue = dialogue_named(session, name)
        reader = factories.member(session, dialogue, Role.BUYER_READER, now=now())
    assert name_of(signed_in(app, reader), at(name, DRAFTS[0])) == "types-1.0-en.xlsx"


def test_nobody_else_gets_the_draft(app: Flask, client: PageClient) -> None:
    name, supplier = with_draft(app, Role.SUPPLIER_ADMIN, read(TYPES))
    _, other = with_draft(app, Role.CO_BUYER, read(TYPES))
    for paper in DRAFTS:
        for reader in (supplier, other):
            signed_in(app, reader).get(at(name, paper), status=404)
        answer = client.download(at(name, paper), status=302)
        assert answer.headers["Location"].startswith("/sign-in")


def test_without_a_draft_there_are_no_files(app: Flask) -> None:
    name, secretariat = in_preparation(app, draft=False)
    for paper in DRAFTS:
        signed_in(app, secretariat).get(at(name, paper), status=404)


def test_the_pages_of_the_questionnaire_lead_to_the_files(app: Flask, client: PageClient) -> None:
    name = published(app)
    page = client.get(at(name, "questionnaire?language=fr"))
    for paper in PAPERS:
        assert f"{at(name, paper)}?language=fr" in page.links
    page = client.get(at(name, "questionnaire?language=nl"))
    for paper in PAPERS:
        assert at(name, paper) in page.links
    name, observer = with_draft(app, Role.OBSERVER, read(TYPES))
    page = signed_in(app, observer).get(at(name, "draft"))
    for paper in DRAFTS:
        assert at(name, paper) in page.links


def test_a_suppliers_task_list_leads_to_the_files(app: Flask) -> None:
    with database_of(app).transaction() as session:
        dialogue = factories.published(session, now=now())
        actor = factories.supplier(session, dialogue, now=now())
        response = factories.response(session, dialogue, actor, now=now())
        name, response_id = dialogue.short_name, response.id
    client = signed_in(app, actor)
    links = client.get(f"/responses/{response_id}").links
    assert f"/responses/{response_id}/workbook" in links
    links += client.get(f"/responses/{response_id}/workbook").links
    for paper in PAPERS:
        assert at(name, paper) in links
        client.download(at(name, paper))


def test_the_form_is_laid_out_once(app: Flask, client: PageClient, settings: Settings) -> None:
    url = at(published(app), PAPERS[1])
    first = client.download(url).data
    (kept,) = (settings.var_dir / "files" / "made").iterdir()
    assert kept.read_bytes() == first
    kept.write_bytes(b"kept")
    assert client.download(url).data == b"kept"


@pytest.mark.parametrize("paper", PAPERS)
def test_one_address_cannot_keep_the_portal_busy(settings: Settings, paper: str) -> None:
    app = create_app(settings.model_copy(update={"rate_limits": True}))
    client, url = PageClient(app), at(published(app), f"{paper}?language=xx")
    for _ in range(60):
        client.download(url, status=404)
    client.get(url, status=429)
    database_of(app).engine.dispose()
