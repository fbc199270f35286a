"""Settings, from the environment only: typed, documented, and checked before anything starts."""

from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from portal.core.errors import Invalid
from portal.core.ids import new_token

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SECRET_LENGTH = 32


def _known_database(url: str) -> str:
    if not url:
        return url
    try:
        name = make_url(url).get_backend_name()
    except ArgumentError:
        name = ""
    if name not in {"sqlite", "postgresql"}:
        reason = "must start with sqlite:/// or postgresql://"
        raise ValueError(reason)
    return url


def _known_scanner(url: str) -> str:
    parts = urlsplit(url)
    is_tcp = parts.scheme == "tcp" and parts.hostname and parts.port != 0
    is_unix = parts.scheme == "unix" and parts.path
    if url and not (is_tcp or is_unix):
        reason = "must be tcp://host:3310 or unix:///path"
        raise ValueError(reason)
    return url


class Settings(BaseSettings):
    """Every setting is an environment variable named ``PORTAL_`` and the field in capitals."""

    model_config = SettingsConfigDict(
        env_prefix="PORTAL_",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        use_attribute_docstrings=True,
    )

    var_dir: Path = Path("var")
    """Folder for everything the portal keeps on disk: database, files, outbox, job queue."""
    database_url: Annotated[str, AfterValidator(_known_database)] = ""
    """``sqlite:///path`` or ``postgresql://user:password@host/name``; default: a file in var."""
    secret_key: str = ""
    """At least 32 characters, signs cookies; default: made once and kept in var/secret-key."""
    public_url: str = "http://127.0.0.1:8000"
    """The address readers type; https everywhere but on this machine itself."""
    smtp_url: str = ""
    """``smtp://user:password@host:587`` (STARTTLS where offered) or ``smtps://…:465``; without
    it every mail is written as an .eml file to var/outbox."""
    mail_from: str = "Parley <parley@localhost>"
    """Sender of every mail."""
    jobs: Literal["thread", "worker", "inline"] = "thread"
    """Where long work runs: a thread of the web process, a separate `portal worker`, or at once."""
    queue_url: str = ""
    """``redis://…`` for a queue shared by several machines; default: a file in var."""
    upload_limit_mb: Annotated[int, Field(ge=1, le=100)] = 10
    """Largest evidence file, in megabytes."""
    clamd_url: Annotated[str, AfterValidator(_known_scanner)] = ""
    """``tcp://host:3310`` or ``unix:///path``: a clamd that looks at every file before it is taken;
    without it files are not scanned."""
    idle_minutes: Annotated[int, Field(ge=5, le=720)] = 45
    """A session without any request for this long is over."""
    session_hours: Annotated[int, Field(ge=1, le=24)] = 12
    """A session this old is over, however busy."""
    rate_limits: bool = True
    """Limit sign-in tries per account and address (10 in 5 minutes)."""
    rate_limit_storage: str = "memory://"
    """Where tries are counted: ``memory://`` for one process, ``redis://…`` for several."""
    argon2_time_cost: Annotated[int, Field(ge=1, le=10)] = 3
    """Rounds of a password hash; more is slower for us and for an attacker."""
    argon2_memory_kib: Annotated[int, Field(ge=8, le=1_048_576)] = 65_536
    """Memory of a password hash, in KiB."""
    log_format: Literal["text", "json"] = "text"
    """How log lines are written."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.secret_key and len(self.secret_key) < SECRET_LENGTH:
            reason = f"PORTAL_SECRET_KEY needs at least {SECRET_LENGTH} characters"
            raise ValueError(reason)
        url = urlsplit(self.public_url)
        if url.scheme != "https" and not (url.scheme == "http" and url.hostname in LOOPBACK):
            reason = "PORTAL_PUBLIC_URL must be https, or http on this machine itself"
            raise ValueError(reason)
        if self.smtp_url and urlsplit(self.smtp_url).scheme not in {"smtp", "smtps"}:
            reason = "PORTAL_SMTP_URL must start with smtp:// or smtps://"
            raise ValueError(reason)
        return self

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.var_dir.absolute() / 'portal.sqlite'}"

    @property
    def is_https(self) -> bool:
        """Whether readers come over TLS, so that cookies are marked Secure."""
        return urlsplit(self.public_url).scheme == "https"

    @cached_property
    def cookie_secret(self) -> str:
        """The key that signs cookies; a missing one is made once, readable to the owner only."""
        if self.secret_key:
            return self.secret_key
        path = self.var_dir / "secret-key"
        if not path.exists():
            self.var_dir.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(new_token())
        return path.read_text()


def load_settings() -> Settings:
    """Read the environment; raise Invalid with one sentence that names what is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        detail = first["msg"].removeprefix("Value error, ")
        sentence = f"PORTAL_{name}: {detail}" if name else detail
        raise Invalid(f"The settings are not right. {sentence}.") from error
