"""What applicants of the tests fill in, step by step, as the pages ask it."""

from typing import Any

from portal.caseload.importing import Row

Steps = dict[str, dict[str, Any]]

INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
RESULT = "رفضت السفارة كتابةً."


def about(row: Row | None, tag: str = "nl") -> Steps:
    """The steps about the person; without a dossier: no V-number, a private address.

    Who writes Arabic types their digits as on an Arabic keyboard.
    """
    year, month, day = (
        (row.birth_date.year, row.birth_date.month, row.birth_date.day) if row else (1990, 5, 1)
    )
    digits = (lambda number: str(number).translate(INDIC)) if tag == "ar" else str
    return {
        "language": {"talk_lang": "العربية"},
        "name": {"family_name": row.family_name if row else "Applicant without a number"},
        "birth": {
            "birth_date.day": digits(day),
            "birth_date.month": digits(month),
            "birth_date.year": digits(year),
        },
        "v-number": {"v_number": digits(row.v_number)} if row else {"v_number_unknown": "yes"},
        "nationality": {},
        "location": {"location_type": "azc", "place": "Assen"}
        if row
        else {"location_type": "private"},
        "contact": {"contact_channel": "code"},
    }


def iom(row: Row | None, tag: str = "nl") -> Steps:
    return {
        "urgent": {"urgent": "none"},
        "goal": {"goal": "information"},
        "destination": {},
        "documents": {"document_state": "none"},
        "travellers": {"adults": "١", "children": ""},
        "wishes": {"support_wishes": ["travel", "work"]},
        "needs": {},
        "before": {"earlier_return_help": "no"},
        "call": {"contact_by": "self", "share_with_iom": "yes"},
        **about(row, tag),
        "statement": {"statement_read": "yes"},
    }


def mediation(row: Row, tag: str = "nl") -> Steps:
    return {
        "urgent": {"urgent": "none"},
        "procedure": {"procedure_pending": "no"},
        "attempt": {"attempt_made": "yes"},
        "tried": {
            "attempt_where": "embassy",
            "attempt_when": "2026",
            "attempt_result": RESULT,
            "attempt_proof": "bring",
        },
        "target": {"target_country": "SY"},
        "identity": {"identity_docs": ["birth", "diploma"], "identity_docs_where": "bij mij"},
        "bring": {"photos_mode": "bring", "handwritten_statement": "help"},
        "identity-told": {"claimed_identity_same": "yes"},
        **about(row, tag),
        "decides": {"read_who_decides": "yes", "willing_full_cooperation": "yes"},
        "statement": {"statement_read": "yes"},
    }


def question(row: Row | None, tag: str = "nl") -> Steps:
    return {
        "urgent": {"urgent": "none"},
        "question": {"question_text": "هل يمكنني طلب وساطة؟"},
        **about(row, tag),
        "statement": {"statement_read": "yes"},
    }


def appointment() -> Steps:
    """The steps that only this kind has."""
    return {
        "urgent": {"urgent": "none"},
        "topic": {"talk_topic": "private"},
        "way": {"talk_way": "here", "talk_days": "dinsdag"},
        "with": {"talk_with": "someone", "talk_staff": "woman"},
    }
