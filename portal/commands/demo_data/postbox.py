"""The demo's mail: delivered at once, inside the demo, so that nobody invented gets any."""

from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage

from portal.core.db import Session
from portal.core.errors import Invalid, message
from portal.core.mail import Transport, send_due

INVENTED = ".example"
"""No address under this top-level domain exists (RFC 2606)."""


@dataclass(slots=True)
class Postbox:
    """Keeps mail to invented people, and passes on what was waiting for anybody else."""

    others: Transport
    sender: str
    newest: dict[str, str] = field(default_factory=dict)
    """Recipient → text of the newest mail."""

    def send(self, mail: EmailMessage) -> None:
        """Take one mail, as a transport does."""
        if str(mail["To"]).endswith(INVENTED):
            body = mail.get_body(("plain",)) or mail
            self.newest[str(mail["To"])] = body.get_content()
        else:
            self.others.send(mail)

    def deliver(self, session: Session, *, now: datetime) -> None:
        """Empty the outbox of what was written up to this instant."""
        while send_due(session, self, self.sender, now=now):
            pass

    def token(self, recipient: str, address: str) -> str:
        """The token behind ``address`` in the newest mail to this person."""
        for line in self.newest.get(recipient, "").splitlines():
            if line.startswith(address):
                return line.removeprefix(address).strip()
        raise Invalid(message("No mail with a link reached {recipient}.", recipient=recipient))
