"""The kinds of long work that pages ask for, and who does them."""

from collections.abc import Mapping

from portal.aggregate.jobs import make_release
from portal.brief.jobs import render_brief
from portal.core.jobs import Handler

HANDLERS: Mapping[str, Handler] = {"release": make_release, "brief": render_brief}
