"""Where the sealed parts of a case are kept, and how the desk opens them."""

from typing import Any

from portal.cases.models import Case, CaseEvent
from portal.vault import DeskKeys, subkey, unseal_json

ANSWERS, MESSAGES = "answers", "messages"
"""Labels of the two subkeys of a case's data key."""


def desk_key_place(case_id: str) -> str:
    return f"cases|desk_key|{case_id}"


def code_key_place(case_id: str) -> str:
    return f"cases|code_key|{case_id}"


def answers_place(case_id: str) -> str:
    return f"cases|answers|{case_id}"


def message_place(case_id: str) -> str:
    return f"case_message|sealed|{case_id}"


def note_place(case_id: str) -> str:
    return f"case_event|sealed|{case_id}"


def data_key_of(keys: DeskKeys, case: Case) -> bytes:
    return keys.unwrap(case.desk_key, desk_key_place(case.id))


def messages_key_of(keys: DeskKeys, case: Case) -> bytes:
    return subkey(data_key_of(keys, case), MESSAGES)


def answers_of(case: Case, data_key: bytes) -> dict[str, Any]:
    return unseal_json(subkey(data_key, ANSWERS), case.answers, answers_place(case.id))


def opened_event(event: CaseEvent, key: bytes | None) -> tuple[dict[str, Any], str]:
    """(detail, note) of a line of the log; `key` is the subkey of the answers, or None.

    What is sealed is a note, or fields that say something about the person: these join the detail,
    but for their own `note`. Without a key there is the clear detail alone.
    """
    if key is None or event.sealed is None:
        return event.detail, ""
    sealed = unseal_json(key, event.sealed, note_place(event.case_id))
    if isinstance(sealed, dict):
        fields = {name: value for name, value in sealed.items() if name != "note"}
        return {**event.detail, **fields}, str(sealed.get("note", ""))
    return event.detail, str(sealed)
