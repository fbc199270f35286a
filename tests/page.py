"""A test client that checks every page it fetches, and a page that reads like one.

Each HTML answer must parse without error, have one h1 that its title starts with, unique ids,
labelled controls, forms with a token that lead to a route, scripts with the page's nonce, and
nothing inline that the content security policy forbids.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.test import TestResponse

UNLABELLED = {"hidden", "submit", "button"}
ON_EVERY_PAGE = ("/sign-out", "/language")
# html5lib predates these; they are valid today.
HARMLESS = {"unexpected-end-tag-after-body", "non-void-element-with-trailing-solidus"}


@dataclass(frozen=True)
class Form:
    """A form as a browser would send it."""

    action: str
    method: str
    fields: dict[str, list[str]]
    buttons: list[tuple[str, str]]


class Page:
    """A checked HTML page."""

    def __init__(self, response: TestResponse) -> None:
        """Parse and keep."""
        self.response = response
        self.url = response.request.path
        self.html = response.get_data(as_text=True)
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        self.tree: Element = parser.parse(self.html)
        self.errors = [code for _, code, _ in parser.errors if code not in HARMLESS]

    @property
    def title(self) -> str:
        """The text of <title>."""
        return text_of(next(self.tree.iter("title")))

    @property
    def heading(self) -> str:
        """The text of the h1."""
        return text_of(next(self.tree.iter("h1")))

    @property
    def text(self) -> str:
        """Everything a reader sees in the page's body, with single spaces."""
        return text_of(next(self.tree.iter("body")))

    @property
    def links(self) -> list[str]:
        """Where the page's links lead."""
        return [a.get("href", "") for a in self.tree.iter("a")]

    def forms(self) -> list[Form]:
        """Every form with what it would send unchanged."""
        return [self._form(form) for form in self.tree.iter("form")]

    def form(self, action: str = "", button: str = "") -> Form:
        """The only form whose action ends so, or that has a button of this name."""
        found = [
            form
            for form in self.forms()
            if form.method == "post"
            and form.action.endswith(action)
            and (not button or button in dict(form.buttons))
            and (action or not form.action.endswith(ON_EVERY_PAGE))
        ]
        assert len(found) == 1, f"{len(found)} such forms on {self.url}"
        return found[0]

    def _form(self, form: Element) -> Form:
        fields: dict[str, list[str]] = {}
        for control in form.iter():
            for value in _values(control):
                fields.setdefault(control.get("name", ""), []).append(value)
        buttons = [
            (button.get("name", ""), button.get("value", "")) for button in form.iter("button")
        ]
        action = urljoin(self.url, form.get("action", ""))
        return Form(action, form.get("method", "get").lower(), fields, buttons)


class PageClient:
    """Fetches pages as one reader; ``status`` says what is expected."""

    def __init__(self, app: Flask) -> None:
        """A fresh reader with no cookies."""
        self.app = app
        self.http = app.test_client()

    def get(self, url: str, *, status: int = 200) -> Page:
        """Fetch a page and check it."""
        return self._checked(self.http.get(url, headers={"Accept-Language": "en"}), status)

    def download(self, url: str, *, status: int = 200) -> TestResponse:
        """Fetch a file."""
        response = self.http.get(url)
        assert response.status_code == status, f"{url}: {response.status_code}"
        return response

    def submit(
        self,
        page: Page,
        action: str = "",
        fields: Mapping[str, object] | None = None,
        *,
        status: int = 302,
        button: str = "",
        **changes: object,
    ) -> Page | TestResponse:
        """Send the page's form with some fields changed; None leaves a field out.

        ``fields`` are those whose names are no keywords.
        """
        form = page.form(action, button)
        data = {**form.fields, **({button: [dict(form.buttons)[button]]} if button else {})}
        return self.send(form.action, {**data, **(fields or {}), **changes}, status=status)

    def send(self, url: str, data: Mapping[str, Any], *, status: int = 302) -> Page | TestResponse:
        """Post fields, files included; an HTML answer is checked."""
        sent = {name: value for name, value in data.items() if value is not None}
        response = self.http.post(
            url,
            data=sent,
            content_type="multipart/form-data",
            headers={"Origin": "http://localhost"},  # as browsers do
        )
        # The test client keeps a body of more than 500 KB in a file, and closes it nowhere.
        response.request.environ["wsgi.input"].close()
        if response.status_code in {302, 303}:
            assert response.status_code == status, f"{url}: {response.status_code}"
            return response
        return self._checked(response, status)

    def follow(self, response: Page | TestResponse) -> Page:
        """Go where a redirect leads."""
        assert isinstance(response, TestResponse)
        location = urlsplit(response.headers["Location"])
        path = location.path + (f"?{location.query}" if location.query else "")
        page = self.http.get(path)
        while page.status_code in {302, 303}:
            page = self.http.get(page.headers["Location"])
        return self._checked(page, 200)

    def _checked(self, response: TestResponse, status: int) -> Page:
        assert response.status_code == status, (
            f"{response.request.path}: {response.status_code}, not {status}"
        )
        page = Page(response)
        faults = list(faults_of(page, self.app))
        assert not faults, f"{page.url}: {faults}"
        return page


def text_of(element: Element) -> str:
    """The element's text with single spaces, without scripts."""
    parts: list[str] = []
    _collect(element, parts)
    return " ".join("".join(parts).split())


def _collect(element: Element, parts: list[str]) -> None:
    if element.tag not in {"script", "style", "template"} and element.text:
        parts.append(element.text)
    for child in element:
        if child.tag in {"script", "style", "template"}:
            parts.append(child.tail or "")
            continue
        _collect(child, parts)
        parts.append((" " if child.tag != "span" else "") + (child.tail or ""))


def _values(control: Element) -> list[str]:
    """What a browser would send for a control as it stands."""
    if control.get("disabled") is not None or not control.get("name"):
        return []
    if control.tag == "textarea":
        return ["".join(control.itertext())]
    if control.tag == "select":
        options = list(control.iter("option"))
        chosen = [option for option in options if option.get("selected") is not None]
        return [(option.get("value") or "") for option in (chosen or options[:1])]
    if control.tag != "input" or control.get("type") in {"submit", "file", "image"}:
        return []
    if control.get("type") in {"checkbox", "radio"} and control.get("checked") is None:
        return []
    return [control.get("value", "on" if control.get("type") == "checkbox" else "")]


def faults_of(page: Page, app: Flask) -> list[str]:
    """Everything that is wrong with a page."""
    return [
        *(f"does not parse: {code}" for code in page.errors),
        *_heading_faults(page),
        *_id_faults(page),
        *_label_faults(page),
        *_form_faults(page, app),
        *_link_faults(page, app),
        *_inline_faults(page),
    ]


def _heading_faults(page: Page) -> list[str]:
    headings = list(page.tree.iter("h1"))
    if len(headings) != 1:
        return [f"has {len(headings)} h1"]
    title = page.title.removeprefix("Error: ")
    if not title.startswith(page.heading):
        return [f"title “{title}” does not start with “{page.heading}”"]
    return [] if page.tree.get("lang") else ["has no language"]


def _id_faults(page: Page) -> list[str]:
    ids = Counter(e.get("id") for e in page.tree.iter() if e.get("id") is not None)
    faults = [f"id {name!r} occurs {n} times" for name, n in ids.items() if n > 1 or not name]
    for element in page.tree.iter():
        for attribute in ("aria-describedby", "aria-labelledby", "for"):
            named = element.get(attribute, "").split()
            faults += [f"{attribute} names missing id {i}" for i in named if i not in ids]
    return faults


def _label_faults(page: Page) -> list[str]:
    labelled = {label.get("for") for label in page.tree.iter("label")}
    inside = {id(e) for label in page.tree.iter("label") for e in label.iter()}
    return [
        f"{control.tag} {control.get('name')} has no label"
        for tag in ("input", "select", "textarea")
        for control in page.tree.iter(tag)
        if control.get("type") not in UNLABELLED
        and control.get("id") not in labelled
        and id(control) not in inside
        and not control.get("aria-label")
        and not control.get("aria-labelledby")
    ]


def _form_faults(page: Page, app: Flask) -> list[str]:
    faults = []
    for form in page.forms():
        needs_token = form.method == "post" and not form.action.endswith("/language")
        if needs_token and not form.fields.get("csrf_token"):
            faults.append(f"form to {form.action} has no token")
        if not is_route(app, form.action, form.method.upper()):
            faults.append(f"form to {form.action} leads nowhere")
    return faults


def _link_faults(page: Page, app: Flask) -> list[str]:
    ids = {e.get("id") for e in page.tree.iter()}
    faults = []
    for href in page.links:
        parts = urlsplit(urljoin(page.url, href))
        if href.startswith("#") and len(href) > 1 and href[1:] not in ids:
            faults.append(f"link to missing {href}")
        elif not (href.startswith("#") or parts.scheme or is_route(app, parts.path, "GET")):
            faults.append(f"link to {href} leads nowhere")
    return faults


def is_route(app: Flask, path: str, method: str) -> bool:
    """Whether a path of the portal has a route for the method."""
    try:
        app.url_map.bind("localhost").match(urlsplit(path).path, method=method)
    except MethodNotAllowed:
        return False
    except HTTPException as error:
        return error.code in {301, 308}
    return True


def _hash_of(script: Element) -> str:
    digest = sha256("".join(script.itertext()).encode()).digest()
    return f"'sha256-{b64encode(digest).decode()}'"


def _inline_faults(page: Page) -> list[str]:
    policy = page.response.headers["Content-Security-Policy"]
    faults = []
    for element in page.tree.iter():
        if element.get("style") is not None or element.tag == "style":
            faults.append(f"inline style on {element.tag}")
        faults += [f"inline handler {name}" for name in element.attrib if name.startswith("on")]
    for script in page.tree.iter("script"):
        nonce = script.get("nonce", "")
        if "'nonce-" in policy and (not nonce or f"'nonce-{nonce}'" not in policy):
            faults.append("script without the page's nonce")
        if "'nonce-" not in policy and not script.get("src") and _hash_of(script) not in policy:
            faults.append("script whose hash the policy does not name")
    return faults
