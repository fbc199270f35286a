"""Where the pieces of the consultation file come from: a small function for each kind.

Nothing here reads an answer of a supplier, but for the quotes in published briefs: figures come
from release documents, which have passed disclosure control, and briefs from what was published.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.aggregate.chain import linked, release_content
from portal.aggregate.models import Release, ReleaseDocument
from portal.aggregate.policy import Audience
from portal.brief.consultation_mails import mailed, of_a_version, of_an_invitation
from portal.brief.consultation_pieces import (
    ANYONE,
    EVERYBODY,
    TAKING_PART,
    Given,
    GivenFile,
    Kind,
    Matter,
    as_recorded,
    lines,
    safe_name,
    sheet,
)
from portal.brief.consultation_versions import readable
from portal.brief.document import from_json
from portal.brief.models import Brief
from portal.brief.queries import IS_PUBLIC, public_releases
from portal.brief.render import pdf, standalone
from portal.core.audit import AuditEntry
from portal.core.canonical import canonical_json
from portal.core.errors import Message, Refused, message
from portal.dialogue.queries import parties
from portal.exchange.queries import given_to_the_market
from portal.questionnaire.errata import place
from portal.questionnaire.loader import from_json as read_definition
from portal.questionnaire.models import Erratum, Version
from portal.questionnaire.queries_bank import IS_PUBLISHED

GIVEN_TO = {
    Audience.PUBLIC: message("Suppliers and observers; anyone, from the first public brief on it"),
    Audience.SUPPLIER: TAKING_PART,
}
"""The documents of a release that reached the market; that for buyers did not."""
AUDIENCE_WORDS = {
    Audience.PUBLIC: message("Release {number}: what anyone may know"),
    Audience.SUPPLIER: message("Release {number}: what suppliers and observers may know"),
}
ANSWER_TITLES = {
    "answer": message("Question {number} and its answer"),
    "rejection": message("Question {number}, which is not answered"),
    "correction": message("Corrected answer to question {number}"),
    "cut_off": message("Until when questions are taken"),
}


def announcement(matter: Matter) -> Iterator[Given]:
    """Purpose, rules, calendar and parties, as they were published."""
    dialogue = matter.dialogue
    at = dialogue.published_at
    if at is None:
        return
    moves = _acts(matter, "extended")
    closes = datetime.fromisoformat(moves[0].details["from"]) if moves else dialogue.closes_at
    session = matter.session
    told = sheet(
        matter.words,
        (message("Dialogue"), dialogue.title),
        (message("Purpose"), dialogue.purpose),
        (message("Rules"), dialogue.rules),
        (message("Opens"), message("{when}", when=dialogue.opens_at)),
        (message("Closes"), message("{when}", when=closes)),
        (
            message("Buyers (all who have joined by now)"),
            lines(each.name for each in parties(session, dialogue.id, "buyer")),
        ),
        (
            message("Run by"),
            lines(each.name for each in parties(session, dialogue.id, "secretariat")),
        ),
    )
    mail = mailed(matter, at, message("{dialogue}: published", dialogue=dialogue.title))
    yield Given(
        at=at,
        kind=Kind.DIALOGUE,
        title=message("The dialogue is published: purpose, rules, calendar"),
        readers=mail.readers,
        mailed=mail.count,
        files=(GivenFile(name="published.txt", content=told), *mail.files),
    )


def calendar(matter: Matter) -> Iterator[Given]:
    """Every change of the closing time with its reason, and the close itself."""
    for act in _acts(matter, "extended"):
        parts = (
            (message("Closing time before"), _when(act.details["from"])),
            (message("Closing time now"), _when(act.details["to"])),
            (message("Reason"), act.details["reason"]),
        )
        subject = message("{dialogue}: new closing time", dialogue=matter.dialogue.title)
        mail = mailed(matter, act.at, subject)
        told = GivenFile(name="closing-time.txt", content=sheet(matter.words, *parts))
        yield Given(
            at=act.at,
            kind=Kind.CALENDAR,
            title=message("The closing time moves"),
            readers=EVERYBODY,
            mailed=mail.count,
            files=(told, *mail.files),
        )
    for act in _acts(matter, "closed"):
        text = (message("State of the dialogue"), message("Closed: no answer is taken any more."))
        yield Given(
            at=act.at,
            kind=Kind.CALENDAR,
            title=message("The dialogue is closed"),
            readers=ANYONE,
            files=(GivenFile(name="closed.txt", content=sheet(matter.words, text)),),
        )


def questionnaires(matter: Matter) -> Iterator[Given]:
    """Each published version: the canonical JSON that its hash is over, and pages to read."""
    query = select(Version).where(Version.dialogue_id == matter.dialogue.id, *IS_PUBLISHED)
    for version in matter.session.scalars(query.order_by(Version.published_at, Version.number)):
        if version.published_at is None:
            continue
        title = message("Questionnaire {name} {number}", name=version.name, number=version.number)
        stem = safe_name(f"{version.name}-{version.number}")
        content = as_recorded(version.definition, version.sha256, title)
        questionnaire = read_definition(version.definition)
        pages = (
            GivenFile(name=f"{stem}-{safe_name(tag)}.html", content=page)
            for tag, page in readable(questionnaire, version.sha256, matter.dialogue.title)
        )
        subject = message(
            "{dialogue}: a new version of the questionnaire", dialogue=matter.dialogue.title
        )
        mail = mailed(matter, version.published_at, subject, of_a_version)
        yield Given(
            at=version.published_at,
            kind=Kind.QUESTIONNAIRE,
            title=title,
            readers=mail.readers,
            mailed=mail.count,
            files=(GivenFile(name=f"{stem}.json", content=content), *pages, *mail.files),
        )


def corrections(matter: Matter) -> Iterator[Given]:
    """Every correction of a published wording, with the mail about it."""
    query = (
        select(Erratum, Version.number)
        .join(Version, Version.id == Erratum.version_id)
        .where(Version.dialogue_id == matter.dialogue.id)
        .order_by(Erratum.published_at, Erratum.number)
    )
    for erratum, version in matter.session.execute(query):
        told = sheet(
            matter.words,
            (message("Version"), version),
            (message("Where"), place(erratum.subject, erratum.field)),
            (message("It read before"), erratum.before),
            (message("It now reads"), erratum.after),
            (message("Why it was corrected"), erratum.reason),
        )
        subject = message("{dialogue}: a correction", dialogue=matter.dialogue.title)
        mail = mailed(matter, erratum.published_at, subject)
        yield Given(
            at=erratum.published_at,
            kind=Kind.CORRECTION,
            title=message(
                "Correction {number} of version {version}", number=erratum.number, version=version
            ),
            readers=EVERYBODY,
            mailed=mail.count,
            files=(GivenFile(name="correction.txt", content=told), *mail.files),
        )


def invitations(matter: Matter) -> Iterator[Given]:
    """Invitations as they left: how many at which instant, and their text."""
    query = select(AuditEntry.at, AuditEntry.act).where(
        AuditEntry.dialogue_id == matter.dialogue.id,
        AuditEntry.subject_kind == "invitation",
        AuditEntry.act.in_(("sent", "sent_again")),
    )
    counts = Counter((row.at, row.act) for row in matter.session.execute(query))
    subject = message("Invitation: {dialogue}", dialogue=matter.dialogue.title)
    for (at, act), count in sorted(counts.items()):
        mail = mailed(matter, at, subject, of_an_invitation, name="invitation")
        again = act == "sent_again"
        yield Given(
            at=at,
            kind=Kind.INVITATION,
            title=message("Invitations sent again") if again else message("Invitations sent"),
            readers=message("The contact of each company that was invited or registered"),
            mailed=count,
            files=mail.files,
        )


def answers(matter: Matter) -> Iterator[Given]:
    """What the questions and answers gave, word for word as it was kept when it was mailed."""
    for piece in given_to_the_market(matter.session, matter.dialogue.id):
        text = ANSWER_TITLES[piece.kind]
        title = replace(text, values={"number": piece.number} if piece.number else {})
        content = as_recorded(piece.text, piece.sha256, title)
        yield Given(
            at=piece.at,
            kind=Kind.ANSWER,
            title=title,
            readers=message(
                "Everybody who holds a role in the dialogue and every invited company, by mail; "
                "anyone, on its page"
            ),
            mailed=piece.mailed,
            files=(GivenFile(name=f"{safe_name(piece.kind)}.txt", content=content),),
        )


def releases(matter: Matter) -> Iterator[Given]:
    """The documents of each release for suppliers and for anyone, with hash and chain.

    The hashes are those of files: that of a document, that of the release (over the hashes of all
    its documents) and that in the chain (over this release and the hash before). For anybody, only
    the public document of a release that a published public brief carries.
    """
    made_public = public_releases(matter.session)
    query = select(Release).where(Release.dialogue_id == matter.dialogue.id)
    before = None
    for release in matter.session.scalars(query.order_by(Release.number)):
        rows = select(ReleaseDocument).where(ReleaseDocument.release_id == release.id)
        documents = {Audience(row.audience): row for row in matter.session.scalars(rows)}
        yield _signature(matter, before, release, documents)
        for audience, readers in GIVEN_TO.items():
            row = documents.get(audience)
            is_open = audience is Audience.PUBLIC and release.id in made_public
            if row is None or (matter.for_anybody and not is_open):
                continue
            title = replace(AUDIENCE_WORDS[audience], values={"number": release.number})
            content = as_recorded(row.document, row.sha256, title)
            name = f"release-{release.number}-{audience.value}.json"
            yield Given(
                at=release.created_at,
                kind=Kind.RELEASE,
                title=title,
                readers=readers,
                files=(GivenFile(name=name, content=content),),
            )
        before = release


def briefs(matter: Matter) -> Iterator[Given]:
    """Each published brief of the public edition: as data, as a page and as PDF."""
    query = select(Brief).where(Brief.dialogue_id == matter.dialogue.id, *IS_PUBLIC)
    for brief in matter.session.scalars(query.order_by(Brief.published_at, Brief.language)):
        if brief.document is None or brief.published_at is None:
            continue
        stem = f"brief-{safe_name(brief.language)}"
        page = standalone(from_json(brief.document)).encode()
        yield Given(
            at=brief.published_at,
            kind=Kind.BRIEF,
            title=message(
                "Brief: {title} ({language})",
                title=brief.title,
                language=matter.words.language_name(brief.language),
            ),
            readers=ANYONE,
            files=(
                GivenFile(name=f"{stem}.json", content=brief.document.encode()),
                GivenFile(name=f"{stem}.html", content=page),
                GivenFile(name=f"{stem}.pdf", content=_pdf(matter, brief)),
            ),
        )


# How it is done -------------------------------------------------------------------------


def _acts(matter: Matter, act: str) -> list[Any]:
    """(at, details) of an act on the dialogue itself, the oldest first."""
    query = select(AuditEntry.at, AuditEntry.details).where(
        AuditEntry.dialogue_id == matter.dialogue.id,
        AuditEntry.subject_kind == "dialogue",
        AuditEntry.act == act,
    )
    return list(matter.session.execute(query.order_by(AuditEntry.id)))


def _when(instant: str) -> Message:
    return message("{when}", when=datetime.fromisoformat(instant))


def _signature(
    matter: Matter,
    before: Release | None,
    release: Release,
    documents: dict[Audience, ReleaseDocument],
) -> Given:
    """What was signed: the hashes of the release's documents, and its place in the chain."""
    told = {each: documents[each].sha256 for each in Audience if each in documents}
    name = matter.dialogue.short_name
    hashed = canonical_json(release_content(name, release.number, release.cut_off, told))
    title = message("Release {number}: hashes and signature", number=release.number)
    files = [
        GivenFile(
            name=f"release-{release.number}-hashes.json",
            content=as_recorded(hashed, release.sha256, title),
        )
    ]
    if release.chain:
        chained = as_recorded(canonical_json(linked(before, release)), release.chain, title)
        files.append(GivenFile(name=f"release-{release.number}-signature.json", content=chained))
    return Given(
        at=release.created_at,
        kind=Kind.RELEASE,
        title=title,
        readers=TAKING_PART,
        files=tuple(files),
    )


def _pdf(matter: Matter, brief: Brief) -> bytes:
    """The PDF as it is kept; made once more, to the same bytes, where it is not."""
    if brief.pdf_key is not None:
        try:
            return matter.files.get(brief.pdf_key)
        except Refused:
            pass
    text = brief.document or ""
    return matter.files.made(f"brief {text}", lambda: pdf(from_json(text)))
