"""The application: settings, then extensions, web toolkit, blueprints and commands."""

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.blueprints import (
    account,
    buyer,
    exchange,
    meeting,
    public,
    questionnaire,
    secretariat,
    supplier,
)
from portal.core.db import Database
from portal.core.files import FileStore
from portal.core.jobs import Jobs
from portal.core.logs import configure_logs
from portal.core.scanning import scan_for
from portal.core.settings import Settings, load_settings
from portal.identity.passwords import Passwords
from portal.web.errors import init_errors
from portal.web.guard import init_guard
from portal.web.language import init_language
from portal.web.limits import init_limits
from portal.web.pages import init_pages
from portal.web.security import init_security
from portal.web.transaction import init_transaction
from portal.web.work import CLOCKWORK, HANDLERS

BLUEPRINTS = (public, account, supplier, buyer, questionnaire, secretariat, exchange, meeting)


def create_app(settings: Settings | None = None) -> Flask:
    """Build the portal from its settings (default: the environment)."""
    settings = settings or load_settings()
    configure_logs(settings.log_format)
    app = Flask(__name__)
    furnish(app, settings)
    init_security(app, settings)
    init_transaction(app)
    init_guard(app)
    # The switch of the language checks by itself: reading must not need a cookie.
    CSRFProtect(app).exempt("portal.blueprints.public.views_language.choose_language")
    init_limits(app, settings)
    init_language(app)
    init_pages(app)
    init_errors(app)
    for package in BLUEPRINTS:
        app.register_blueprint(package.bp)
    if settings.is_https:
        app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]  # as Flask documents
    app.extensions["portal.jobs"].start()
    return app


def furnish(app: Flask, settings: Settings) -> None:
    """Give the app what its settings name: database, work, files, scan and passwords."""
    database = Database(settings.database)
    app.extensions["portal.settings"] = settings
    app.extensions["portal.database"] = database
    app.extensions["portal.jobs"] = Jobs(settings, database, HANDLERS, CLOCKWORK)
    app.extensions["portal.files"] = FileStore(settings.var_dir / "files")
    app.extensions["portal.scan"] = scan_for(settings.clamd_url)
    app.extensions["portal.passwords"] = Passwords.from_settings(settings)
