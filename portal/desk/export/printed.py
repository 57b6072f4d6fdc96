"""What a case says on paper: the sections of the PDF, in the member's language."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from portal.cases.checks import Assessment
from portal.cases.exporting import Export
from portal.cases.mediation import milestones_of
from portal.cases.no_fault import judgements_of
from portal.desk.answers import read_answers
from portal.desk.changes import changes_view
from portal.desk.checks import HIDDEN, NOT_ASSESSED, RESULT_NAMES, TITLES
from portal.desk.export.printing import lines_of
from portal.desk.history import history
from portal.desk.milestones import STEPS
from portal.desk.no_fault import CONDITION_NAMES, STANDING_NAMES
from portal.desk.queries import CaseData
from portal.desk.weighing import routing_reasons
from portal.desk.wording import KINDS, STATES, URGENT, language_name, named, say
from portal.i18n import N_, format_date, format_time, language

YES, NO = N_("Yes"), N_("No")
RULING = N_("ruling of %(date)s, read by %(name)s")
WITHHELD = N_(
    "The result of the check for trafficking is left out: only the trained group exports it."
)
MISSING = N_(
    "This machine has no font for these signs, which show as empty boxes: %(signs)s. The export "
    "as JSON has them all."
)


def printed(export: Export, data: CaseData, tag: str) -> dict[str, Any]:
    """The document that `printing.as_pdf` sets. `data.file` is that of the export."""
    reference = export.file.row.reference
    title = say(tag, N_("Export of case %(reference)s"), {"reference": reference})
    notice = say(
        tag,
        N_("Made on %(moment)s by %(name)s. All times are Dutch times. Keep it like the dossier."),
        {"moment": _moment(export.at, tag), "name": export.by},
    )
    withheld = f" {say(tag, WITHHELD)}" if export.withheld else ""
    sections = (
        (N_("The request"), _request(export, tag)),
        (N_("What is asked"), _answers(export, data, tag)),
        (N_("Why it came to this team"), [_item("", "", r) for r in routing_reasons(data, tag)]),
        (N_("Steps of the mediation"), _milestones(export, tag)),
        (N_("The five conditions of no fault"), _conditions(export, tag)),
        (N_("The four checks"), _checks(export, tag)),
        (N_("Messages"), _messages(export, tag)),
        (N_("Photos and papers"), _documents(export, tag)),
        (N_("What happened"), _log(export, data, tag)),
    )
    return {
        "lang": language(tag).babel.partition("_")[0],
        "title": title,
        "footer": reference,
        "notice": notice + withheld,
        "missing": say(tag, MISSING),
        "sections": [
            {"title": say(tag, name), "items": items or [_item("", "", say(tag, N_("Nothing")))]}
            for name, items in sections
        ],
    }


def _item(label: str, meta: str, *texts: object) -> dict[str, Any]:
    return {
        "label": label,
        "meta": meta,
        "lines": [line for text in texts if text for line in lines_of(text)],
    }


def _moment(moment: datetime, tag: str) -> str:
    return f"{format_date(moment, tag)}, {format_time(moment)}"


def _by(moment: datetime, who: str, tag: str) -> str:
    return f"{_moment(moment, tag)} · {who}"


def _request(export: Export, tag: str) -> list[dict[str, Any]]:
    file, row = export.file, export.file.row
    hold = say(tag, YES if row.embassy_hold else NO)
    rows = (
        (N_("Kind"), named(tag, KINDS, row.kind)),
        (N_("State"), say(tag, STATES[row.state][0])),
        (N_("Sent"), _moment(row.created, tag)),
        (N_("Reads"), language_name(tag, row.language)),
        (N_("Urgent"), named(tag, URGENT, row.urgent) if row.urgent in URGENT else say(tag, NO)),
        (N_("Team"), file.team),
        (N_("Supervisor"), row.supervisor or say(tag, N_("nobody yet"))),
        (N_("Nothing may go to an embassy (hold)"), hold),
    )
    return [_item(say(tag, label), "", text) for label, text in rows]


def _answers(export: Export, data: CaseData, tag: str) -> list[dict[str, Any]]:
    """As they were sent, and the way to reach the person that came after them."""
    read = read_answers(export.file.row.kind, export.file.answers, tag)
    every = (*read.own_words, *read.about_request, *read.about_person)
    items = [_item(answer.label, "", answer.text) for answer in every]
    if contact := changes_view(data.changes, tag, is_open=False).contact:
        since = _moment(contact.since, tag)
        items += [_item(answer.label, since, answer.text) for answer in contact.answers]
    return items


def _milestones(export: Export, tag: str) -> list[dict[str, Any]]:
    items = []
    for each in milestones_of(export.file.log):
        label = f"{named(tag, STEPS, each.step)}: {format_date(each.day, tag)}"
        undone = say(tag, N_("Taken back by %(name)s, because:"), {"name": each.undone_by})
        after = () if each.stands else (undone, each.undone_note)
        ruling = ""
        if each.ruling:
            values = {"date": format_date(each.ruling, tag), "name": each.actor}
            ruling = say(tag, RULING, values)
        items.append(_item(label, _by(each.at, each.actor, tag), ruling, each.note, *after))
    return items


def _conditions(export: Export, tag: str) -> list[dict[str, Any]]:
    return [
        _item(
            f"{named(tag, CONDITION_NAMES, each.condition)}: "
            f"{named(tag, STANDING_NAMES, each.standing)}",
            _by(each.at, each.actor, tag),
            each.reason,
            ", ".join(_document_names(export, each.files, tag)),
        )
        for judged in judgements_of(export.file.log).values()
        for each in reversed(judged)
    ]


def _document_names(export: Export, ids: Iterable[str], tag: str) -> list[str]:
    return [say(tag, file.label) for file in export.documents if file.id in set(ids)]


def _messages(export: Export, tag: str) -> list[dict[str, Any]]:
    items = []
    for message in export.file.messages:
        way = N_("To the person") if message.outgoing else N_("From the person")
        texts = message.content.get("texts", {})
        written = [part for text in texts.values() for part in (text["title"], text["text"])]
        own = message.content.get("own", "")
        items.append(_item(say(tag, way), _moment(message.at, tag), *written, own))
    return items


def _documents(export: Export, tag: str) -> list[dict[str, Any]]:
    items = []
    for file in export.documents:
        allowed = say(tag, N_("Not for an embassy"))
        if file.for_embassy and file.ruling:
            values = {"date": format_date(file.ruling, tag), "name": file.released_by}
            allowed = f"{say(tag, N_('May go to an embassy'))}: {say(tag, RULING, values)}"
        items.append(_item(say(tag, file.label), _moment(file.at, tag), allowed))
    return items


def _checks(export: Export, tag: str) -> list[dict[str, Any]]:
    items = []
    for check in export.file.checks:
        title = say(tag, TITLES[check.name])
        if check.current is None:
            items.append(_item(title, "", say(tag, NOT_ASSESSED)))
        for each in (check.current, *check.older):
            if each:
                items.append(_assessment(title, each, tag, hidden=check.hidden))
    return items


def _assessment(title: str, each: Assessment, tag: str, *, hidden: bool) -> dict[str, Any]:
    result, _ = HIDDEN if hidden else RESULT_NAMES[each.result]
    when = _by(each.at, each.by, tag) if each.by else _moment(each.at, tag)
    return _item(title, when, say(tag, result), each.reason)


def _log(export: Export, data: CaseData, tag: str) -> list[dict[str, Any]]:
    """The log as sentences, oldest first."""
    told = history(tag, export.file.log, data.team_names, data.people, data.organisations)
    return [_item(_moment(line.at, tag), line.who, line.what, line.note) for line in reversed(told)]
