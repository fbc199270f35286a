"""The secretariat has the consultation file made and takes it; nobody else sees that it exists."""

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask

from portal.brief.consultation_archive import check
from portal.brief.consultation_file import INVITED
from portal.core.audit import entries_of_dialogue
from portal.core.clock import now
from portal.identity.roles import Role
from tests.blueprints.visitors import database_of, signed_in
from tests.brief.consulted import DAYS, SECRET, consulted
from tests.page import PageClient

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MANAGE = "/dialogues/market/manage"
PAGE = f"{MANAGE}/consultation-file"


@SQLITE
def test_the_file_is_made_taken_and_written_down(app: Flask) -> None:
    with database_of(app).transaction() as session:
        world = consulted(session, now() - timedelta(days=DAYS + 20))
        people, dialogue_id = dict(world.scene.people), world.dialogue.id
    secretariat = signed_in(app, world.secretariat)
    assert PAGE in secretariat.get(MANAGE).links
    empty = secretariat.get(PAGE)
    assert "No file has been made yet" in empty.text
    made = secretariat.follow(secretariat.submit(empty, "/consultation-file", names=["yes"]))
    (link,) = [each for each in made.links if each.endswith(".zip")]
    file = secretariat.download(link)
    assert file.headers["Cache-Control"] == "no-store"
    found = check(BytesIO(file.data))
    assert found.faults == ()
    assert found.root in made.text
    assert INVITED.encode() in file.data
    assert SECRET.encode() not in file.data
    with database_of(app).session(writes=False) as session:
        entry = entries_of_dialogue(session, dialogue_id)[0]
        assert (entry.act, entry.details["root"]) == ("consultation_file_taken", found.root)
        assert entry.person_id == world.secretariat.person_id
    anonymous = secretariat.follow(secretariat.submit(made, "/consultation-file", names=None))
    newest = next(each for each in anonymous.links if each.endswith(".zip"))
    assert INVITED.encode() not in secretariat.download(newest).data
    for role in (Role.CO_BUYER, Role.OBSERVER, Role.SUPPLIER_SIGNATORY):
        other = signed_in(app, people[role])
        other.get(PAGE, status=404)
        other.download(link, status=404)
    assert PageClient(app).http.get(link).status_code == 302
