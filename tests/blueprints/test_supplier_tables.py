"""Tables of hundreds of rows: pasted, mended, searched, saved page by page, and never lost."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.audit import AuditEntry
from portal.core.clock import now
from portal.core.scanning import scan_for
from portal.identity.roles import Role
from portal.response import operations
from portal.response.answers import AnswerDraft
from portal.response.loading import given_answers
from tests.blueprints.supplier_world import Reader, World, statements, world
from tests.blueprints.test_supplier_safety import SIGN_IN_QUERIES
from tests.page import Page
from tests.response.clamd import EICAR, clamd, unused_port

TABLES = Path(__file__).parents[1] / "data" / "tables.yaml"
"""Three tables of the flagship and nothing around them."""
PAGE_QUERIES = 6
"""Of the page of a table, however many rows, after signing in."""
HEADS = (
    *("Name des Standorts", "legal_entity", "address", "Country", "location_id", "tier"),
    *("product_groups", "workers_women", "migrant_share", "last_audit_date"),
)


def site(number: int, **cells: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {
        "site_name": f"Works {number}",
        "legal_entity": f"Works {number} Ltd",
        "address": f"{number} Long Road",
        "country": "VN",
        "tier": ["final_assembly"],
        "product_groups": ["laptop", "monitor"],
        "workers_women": 100 + number,
        **cells,
    }


def pasted(number: int, **cells: str) -> str:
    """A site as a line of somebody's German spreadsheet."""
    row = {
        "site_name": f"Works {number}",
        "legal_entity": f"Works {number} Ltd",
        "address": f"{number} Long Road",
        "country": "Vietnam",
        "location_id": "",
        "tier": "Endmontage",
        "product_groups": "Laptops; Monitore",
        "workers_women": str(100 + number),
        "migrant_share": "12,5 %",
        "last_audit_date": "31.03.2026",
        **cells,
    }
    return "\t".join(row.values())


@pytest.fixture
def ours(app: Flask) -> World:
    return world(app, TABLES)


@pytest.fixture
def reader(ours: World) -> Reader:
    return ours.client()


def save(ours: World, drafts: dict[str, AnswerDraft]) -> None:
    with ours.database.transaction() as session:
        section = next(iter(drafts)).partition(".")[0]
        saved = operations.save_section(
            session, ours.signatory, ours.response_id, section, drafts, now=now()
        )
    assert not saved.conflicts


def sites(ours: World, count: int, base: int = 0) -> None:
    rows = [site(number) for number in range(count)]
    save(ours, {"D.02": AnswerDraft(value=rows, base_version=base)})


def table(ours: World, question_id: str = "D.02") -> str:
    return f"{ours.url}/tables/{question_id}"


def paste(reader: Reader, ours: World, text: str) -> Page:
    page = reader.get(f"{table(ours)}/rows")
    return reader.follow(reader.fill_in(page, f"{table(ours)}/rows", typed={"pasted": text}))


def take(reader: Reader, page: Page, **typed: object) -> Page:
    return reader.follow(reader.fill_in(page, page.url, typed={"act": "take", **typed}))


def press(reader: Reader, page: Page, go: str, typed: Mapping[str, object] | None = None) -> Page:
    sent = reader.fill_in(page, page.url, typed={"go": go, **(typed or {})})
    return reader.follow(sent)


def names(ours: World) -> list[str]:
    return [row["site_name"] for row in ours.stored()["D.02"]]


def test_300_sites_are_pasted_in_one_go_and_three_faulty_rows_are_named_and_mended(
    ours: World, reader: Reader
) -> None:
    faulty = {
        17: {"country": "Atlantis"},
        101: {"last_audit_date": "03/04/2026"},
        250: {"tier": "Endmontage; Schmelzen"},
    }
    lines = [pasted(number, **faulty.get(number, {})) for number in range(300)]
    page = paste(reader, ours, "\n".join(["\t".join(HEADS), *lines]))
    assert "Rows read 300 Right 297 Need you 3" in page.text
    assert "19 Country Atlantis Choose a country from the list" in page.text
    assert "“03/04/2026” can be two days: write it as year-month-day" in page.text
    assert "252 Stages that take place there Endmontage; Schmelzen “Schmelzen” is none" in page.text
    assert "D.02" not in ours.stored()
    left = take(reader, page)
    assert "297 rows are taken." in left.text
    assert "Rows read 300 In the table already 297 Right 0 Need you 3" in left.text
    stored = ours.stored()["D.02"]
    assert len(stored) == 297
    assert stored[0] == site(
        0, migrant_share=12.5, last_audit_date="2026-03-31", product_groups=["laptop", "monitor"]
    )
    mended = {"D.02:19:country": "Belgium", "D.02:252:tier": ["final_assembly"]}
    last = take(reader, left, **mended)
    assert "Need you 1" in last.text
    assert "03/04/2026" in last.html
    done = take(reader, last, **{"D.02:103:last_audit_date": "2026-04-03"})
    assert done.url == table(ours)
    assert "300 rows" in done.text
    assert len(ours.stored()["D.02"]) == 300
    assert "still wait" not in done.text


def test_a_page_of_300_rows_stays_small_and_within_its_queries(ours: World, reader: Reader) -> None:
    found = {}
    for base, count in enumerate((3, 300)):
        sites(ours, count, base)
        reader.get(table(ours))
        with statements(ours.database) as heard:
            page = reader.get(table(ours))
        found[count] = len(heard.found)
    weight = len(page.html.encode())
    print(f"{weight} bytes for a page of a table of 300 rows")  # noqa: T201 - for the record
    assert weight < 400_000
    assert found[3] == found[300] <= SIGN_IN_QUERIES + PAGE_QUERIES
    assert "300 rows" in page.text
    section = reader.get(ours.section("D"))
    assert "300 rows , the first 10 are shown" in section.text.replace("rows,", "rows ,")
    assert len(section.html.encode()) < 400_000


def test_a_section_that_summarises_its_rows_never_drops_them(ours: World, reader: Reader) -> None:
    sites(ours, 30)
    page = reader.get(ours.section("D"))
    assert not any(name.startswith("D.02:") for name in page.form(ours.section("D")).fields)
    reader.fill_in(page, ours.section("D"), typed={"D.02!comment": "All of them."})
    assert len(ours.stored()["D.02"]) == 30
    again = reader.get(ours.section("D"))
    assert "All of them." in again.html
    opened = reader.follow(
        reader.fill_in(again, ours.section("D"), typed={"open_table": "D.02"}, button="")
    )
    assert opened.url == table(ours)


def test_rows_are_changed_added_and_removed_on_one_page_of_many(
    ours: World, reader: Reader
) -> None:
    sites(ours, 60)
    page = press(reader, reader.get(table(ours)), "page:2", {"D.02:0:site_name": "First"})
    assert 'value="Works 25"' in page.html
    typed = {"D.02:25:site_name": "Renamed", "D.02!remove": ["26"], "D.02:1000000:site_name": "New"}
    press(reader, page, "", typed)
    assert names(ours) == [
        "First",
        *(f"Works {n}" for n in range(1, 25)),
        "Renamed",
        *(f"Works {n}" for n in range(27, 60)),
        "New",
    ]
    found = press(reader, reader.get(table(ours)), "find", {"find": "long road", "page": "1"})
    assert "60 are shown" not in found.text
    found = press(reader, reader.get(table(ours)), "find", {"find": "renamed"})
    assert "1 is shown" in found.text
    gaps = press(reader, reader.get(table(ours)), "gaps")
    assert "Row 60" in gaps.text
    assert "Country is not filled in" in gaps.text


def test_a_wrong_row_is_shown_as_typed_and_the_others_are_saved(
    ours: World, reader: Reader
) -> None:
    sites(ours, 3)
    typed = {"D.02:0:workers_women": "-4", "D.02:1:site_name": "Right", "D.02:2:country": "Oz"}
    again = reader.fill_in(reader.get(table(ours)), table(ours), typed=typed, status=422)
    assert isinstance(again, Page)
    assert "#D.02:0:workers_women" in again.links
    fields = again.form(table(ours)).fields
    assert (fields["D.02:0:workers_women"], fields["D.02:2:country"]) == (["-4"], ["Oz"])
    assert names(ours) == ["Works 0", "Right", "Works 2"]
    mended = {"D.02:0:workers_women": "4", "D.02:2:country": "Latvia"}
    reader.fill_in(again, table(ours), typed=mended)
    assert [row["country"] for row in ours.stored()["D.02"]] == ["VN", "VN", "LV"]


def test_two_colleagues_on_one_table_lose_nothing(ours: World, reader: Reader) -> None:
    sites(ours, 3)
    other = ours.client(ours.colleague(Role.SUPPLIER_ADMIN))
    mine, theirs = reader.get(table(ours)), other.get(table(ours))
    changes = {"D.02:0:site_name": "Theirs 0", "D.02!remove": ["1"], "D.02:2:site_name": "Theirs 2"}
    press(other, theirs, "", changes)
    typed = {
        "D.02:0:site_name": "Mine 0",
        "D.02:1:site_name": "Mine 1",
        "D.02:1000000:site_name": "Mine new",
    }
    again = reader.fill_in(mine, table(ours), typed=typed, status=409)
    assert isinstance(again, Page)
    assert names(ours) == ["Theirs 0", "Theirs 2", "Mine new"]
    assert "changed this row while you were writing" in again.text
    assert "removed this row while you were writing" in again.text
    assert "Name of the site Theirs 0 Mine 0" in again.text
    press(reader, again, "")
    assert sorted(names(ours)) == ["Mine 0", "Mine 1", "Mine new", "Theirs 2"]


def test_rows_of_an_earlier_table_are_offered_whenever_there_are_new_ones(
    ours: World, reader: Reader
) -> None:
    risk = {"rank": 1, "issue": "forced_labour", "country": "VN", "severity": 3, "likelihood": 2}
    save(ours, {"E.04": AnswerDraft(value=[risk])})
    page = reader.get(table(ours, "G.02"))
    assert "1 row was added in E.04" in page.text
    done = reader.follow(reader.fill_in(page, f"{table(ours, 'G.02')}/earlier", typed={}))
    assert "1 row is added." in done.text
    own = {"risk_rank": 1, "issue": "forced_labour", "country": "VN"}
    assert ours.stored()["G.02"] == [own]
    more = {**risk, "rank": 2}
    save(ours, {"E.04": AnswerDraft(value=[risk, more], base_version=1)})
    assert "1 row was added in E.04" in reader.get(ours.section("G")).text


def test_files_of_rows_and_templates_are_read_back(ours: World, reader: Reader) -> None:
    sites(ours, 3)
    for extension in ("csv", "xlsx"):
        file = reader.download(f"{table(ours)}/rows.{extension}")
        assert file.headers["Content-Disposition"].startswith("attachment")
        upload = (io.BytesIO(file.data), f"rows.{extension}")
        page = reader.get(f"{table(ours)}/rows")
        sent = reader.fill_in(page, f"{table(ours)}/rows", typed={"file": upload})
        read = reader.follow(sent)
        assert "Rows read 3 Right 3 Need you 0" in read.text
        assert "3 rows are there already and are left out." in read.text
        take(reader, read)
        assert len(ours.stored()["D.02"]) == 3
        empty = reader.download(f"{table(ours)}/template.{extension}").data
        upload = (io.BytesIO(empty), f"template.{extension}")
        page = reader.get(f"{table(ours)}/rows")
        sent = reader.fill_in(page, f"{table(ours)}/rows", typed={"file": upload})
        assert "Rows read 0" in reader.follow(sent).text
    reader.download(f"{table(ours)}/rows.exe", status=404)


def test_rows_that_others_changed_meanwhile_are_not_replaced_unseen(
    ours: World, reader: Reader
) -> None:
    sites(ours, 2)
    page = paste(reader, ours, "\n".join(["\t".join(HEADS), pasted(7)]))
    sites(ours, 3, base=1)
    again = reader.fill_in(page, page.url, typed={"act": "take", "way": "replace"}, status=409)
    assert isinstance(again, Page)
    assert "Somebody changed these rows meanwhile." in again.text
    assert len(names(ours)) == 3
    take(reader, again, way="replace")
    assert names(ours) == ["Works 7"]


def refer(ours: World, question_id: str) -> None:
    """A colleague names a company in place of the rows."""
    with ours.database.transaction() as session:
        place = (session, ours.signatory, ours.response_id, question_id.partition(".")[0])
        operations.ask_reference(*place, [question_id], brand="A Brand", now=now())


def state(ours: World, question_id: str) -> str:
    with ours.database.session(writes=False) as session:
        return given_answers(session, ours.response_id)[question_id].state


def test_rows_do_not_take_the_place_of_a_new_reference_unseen(ours: World, reader: Reader) -> None:
    page = reader.get(table(ours))
    read = paste(reader, ours, "\n".join(["\t".join(HEADS), pasted(7)]))
    refer(ours, "D.02")
    typed = {"D.02:1000000:site_name": "Mine", "D.02:1000000:country": "Oz"}
    again = reader.fill_in(page, table(ours), typed=typed, status=409)
    held = reader.fill_in(read, read.url, typed={"act": "take"}, status=409)
    assert isinstance(again, Page)
    assert isinstance(held, Page)
    for found in (again, held):
        assert "or that another company answers it" in found.text
        assert "Everything else is saved" not in found.text
    assert state(ours, "D.02") == "by_reference"
    fields = again.form(table(ours)).fields
    assert [fields[name] for name in typed] == [["Mine"], ["Oz"]]
    reader.fill_in(again, table(ours), typed={"D.02:1000000:country": "Latvia"})
    assert names(ours) == ["Mine"]
    take(reader, held)
    assert names(ours) == ["Mine", "Works 7"]


def test_earlier_rows_do_not_take_the_place_of_a_new_reference_unseen(
    ours: World, reader: Reader
) -> None:
    risk = {"rank": 1, "issue": "forced_labour", "country": "VN", "severity": 3, "likelihood": 2}
    save(ours, {"E.04": AnswerDraft(value=[risk])})
    page, action = reader.get(table(ours, "G.02")), f"{table(ours, 'G.02')}/earlier"
    refer(ours, "G.02")
    again = reader.fill_in(page, action, typed={}, status=409)
    assert isinstance(again, Page)
    assert "or that another company answers it" in again.text
    assert state(ours, "G.02") == "by_reference"
    reader.fill_in(again, action, typed={})
    assert len(ours.stored()["G.02"]) == 1


def test_a_key_that_several_rows_have_is_told_and_its_row_waits(
    ours: World, reader: Reader
) -> None:
    twins = [site(number, site_name="Works") for number in range(2)]
    save(ours, {"D.02": AnswerDraft(value=twins)})
    lines = [pasted(7, site_name="Works"), pasted(8)]
    page = paste(reader, ours, "\n".join(["\t".join(HEADS), *lines]))
    typed = {"act": "take", "way": "update:site_name"}
    again = reader.fill_in(page, page.url, typed=typed, status=422)
    assert isinstance(again, Page)
    assert "Line 2: 2 rows of the table have “Works”: change them by hand" in again.text
    assert "1 row is taken." in again.text
    assert names(ours) == ["Works", "Works", "Works 8"]
    assert "Right 1" in reader.get(page.url).text


def test_a_file_is_scanned_and_read_before_anything_is_locked(ours: World, reader: Reader) -> None:
    url = f"{table(ours)}/rows"
    page = reader.get(url)

    def send(content: bytes) -> str:
        file = {"file": (io.BytesIO(content), "rows.csv")}
        found = reader.fill_in(page, url, typed=file, status=422)
        assert isinstance(found, Page)
        return found.text

    with ours.database.transaction() as session:
        session.execute(select(1))  # on SQLite, nobody else can write now
        assert "There are no rows in it." in send(b"")
    with clamd() as address:
        ours.app.extensions["portal.scan"] = scan_for(address)
        assert "the scan found harmful content" in send(b"site\n" + EICAR)
    ours.app.extensions["portal.scan"] = scan_for(f"tcp://127.0.0.1:{unused_port()}")
    assert "could not be checked for harmful content" in send(b"site\nWorks\n")
    with ours.database.session(writes=False) as session:
        acts = session.scalars(select(AuditEntry.act)).all()
    assert acts.count("harmful_file_refused") == 1


def test_nobody_else_reads_or_takes_what_was_pasted(ours: World, reader: Reader) -> None:
    page = paste(reader, ours, "\n".join(["\t".join(HEADS), pasted(1)]))
    contributor = ours.client(ours.colleague(Role.SUPPLIER_CONTRIBUTOR))
    token = contributor.get("/account").form("/sign-out").fields["csrf_token"]
    contributor.send(page.url, {"csrf_token": token, "act": "take"}, status=404)
    contributor.send(table(ours), {"csrf_token": token}, status=404)
    ours.client(ours.other_supplier().signatory).get(page.url, status=404)
    assert "D.02" not in ours.stored()
    assert "has not been given to you" in contributor.get(table(ours)).text
