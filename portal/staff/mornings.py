"""What a member's morning e-mail says: counts and an address, nothing about anybody."""

from dataclasses import dataclass

from portal.i18n import DESK_LANGUAGES, N_, translations
from portal.mail.writing import Text

SUBJECT = N_("What waits for you today")
NO_ANSWER = N_("You get this e-mail on working days when something waits. You cannot answer it.")


@dataclass(frozen=True)
class Morning:
    """How many requests wait for somebody, how many of theirs are past their day, and how many of
    their team nobody has."""

    waiting: int
    late: int
    unowned: int

    @property
    def anything(self) -> bool:
        return bool(self.waiting or self.late or self.unowned)


def morning_text(locale: str, morning: Morning, public_url: str) -> Text:
    """In the member's language, Dutch when it isn't one of the desk's."""
    tag = locale if locale in DESK_LANGUAGES else "nl"
    say = translations(tag, "desk")
    waiting, late, unowned = morning.waiting, morning.late, morning.unowned
    lines = []
    if waiting:
        lines.append(
            say.ngettext("%(n)s request waits for you.", "%(n)s requests wait for you.", waiting)
            % {"n": waiting}
        )
    if late:
        lines.append(
            say.ngettext("%(n)s is past its day.", "%(n)s are past their day.", late) % {"n": late}
        )
    if unowned:
        lines.append(
            say.ngettext(
                "%(n)s request of your team has no supervisor.",
                "%(n)s requests of your team have no supervisor.",
                unowned,
            )
            % {"n": unowned}
        )
    paragraphs = ("\n".join(lines), f"{public_url}/desk/", say.gettext(NO_ANSWER))
    return Text(say.gettext(SUBJECT), paragraphs, (tag,))
