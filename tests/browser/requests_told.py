"""What applicants of the tests fill in, step by step, as the pages ask it."""

from typing import Any

from portal.caseload.importing import Row

Steps = dict[str, dict[str, Any]]

INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
RESULT = "رفضت السفارة كتابةً."


def part(steps: Steps, first: str = "", last: str = "") -> Steps:
    """Of these steps: from `first` up to and with `last`; empty = from the begin, to the end."""
    keys = list(steps)
    begin = keys.index(first) if first else 0
    end = keys.index(last) + 1 if last else len(keys)
    return {key: steps[key] for key in keys[begin:end]}


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
        "sender": {"sender_role": "self"},
        "goal": {"goal": "information"},
        "destination": {"destination_known": "origin"},
        "documents": {"document_state": "none"},
        "travellers": {"adults": "١", "children": ""},
        "family-too": {"family_included": "no"},
        "wishes": {"support_wishes": ["travel", "work"]},
        "needs": {},
        "before": {"earlier_return_help": "no"},
        "call": {"contact_by": "self", "share_with_iom": "yes"},
        **about(row, tag),
        "statement": {"statement_read": "yes"},
    }


def mediation(row: Row | None, tag: str = "nl") -> Steps:
    return {
        "urgent": {"urgent": "none"},
        "sender": {"sender_role": "self"},
        "procedure": {"procedure_pending": "no"},
        "attempt": {"attempt_made": "yes"},
        "tried": {
            "own_attempts.0.where": "embassy",
            "own_attempts.0.when": "2026",
            "own_attempts.0.result": RESULT,
        },
        "target": {"target_countries.0.country": "SY"},
        "identity": {"identity_docs": ["birth", "diploma"], "identity_docs_where": "bij mij"},
        "bundle": {
            "attempt_proof": "bring",
            "identity_copies": "none",
            "photos_mode": "bring",
            "handwritten_statement": "none",
        },
        "identity-told": {"claimed_identity_same": "yes"},
        "family-too": {"family_included": "no"},
        **about(row, tag),
        "decides": {"read_who_decides": "yes", "willing_full_cooperation": "yes"},
        "statement": {"statement_read": "yes"},
    }


def question(row: Row | None, tag: str = "nl") -> Steps:
    return {
        "urgent": {"urgent": "none"},
        "sender": {"sender_role": "self"},
        "question": {"question_text": "هل يمكنني طلب وساطة؟"},
        **about(row, tag),
        "statement": {"statement_read": "yes"},
    }


def appointment() -> Steps:
    """The steps that only this kind has."""
    return {
        "urgent": {"urgent": "none"},
        "sender": {"sender_role": "self"},
        "topic": {"talk_topic": "private"},
        "way": {"talk_way": "here", "talk_days": "dinsdag"},
        "with": {"talk_with": "someone", "talk_staff": "woman"},
    }


def ngo(row: Row, tag: str = "nl") -> Steps:
    """For a family; who it is for is asked after `family-too`."""
    plans = part(iom(row, tag), "destination", "before")
    return {
        **part(iom(row, tag), last="goal"),
        "programme": {"programme": "ngo"},
        "organisation": {"ngo_choice": "help", "share_with_ngo": "yes"},
        "plan": {"plan_idea": "مخبز صغير"},
        **plans,
        "family-too": {"family_included": "yes"},
        **part(iom(row, tag), "language"),
    }


def medical(row: Row, tag: str = "nl") -> Steps:
    return {
        **part(iom(row, tag), last="sender"),
        "health": {"health_hinders": "yes", "in_treatment": "yes", "needs_medicine": "no"},
        "lawyer": {"lawyer_knows": "no"},
        **about(row, tag),
        "language": {"talk_lang": "ትግርኛ", "interpreter_gender": "woman"},
        "statement": {"statement_read": "yes"},
    }


def third_country(row: Row | None, tag: str = "nl") -> Steps:
    return {
        **part(iom(row, tag), last="sender"),
        "country": {"other_country": "TR", "country_basis": "spouse", "country_proof": "none"},
        "family-too": {"family_included": "no"},
        **part(iom(row, tag), "language"),
    }


def talk(row: Row, tag: str = "nl") -> Steps:
    return {**appointment(), **part(iom(row, tag), "language")}
