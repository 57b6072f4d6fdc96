"""Whether two ways of writing a name may be one name."""

import pytest

from portal.caseload.names import may_be_one


@pytest.mark.parametrize(
    ("typed", "known", "may_be"),
    [
        ("Mohamed", "MUHAMMAD", True),
        ("Yousef Al-Amin", "Alamin Youssef", True),
        ("Zoë", "Zoe", True),
        ("محمد", "Mohamed", True),  # another script can't be compared
        ("Applicant 01", "Applicant 01", True),
        ("", "Applicant", True),
        ("Bakker", "Visser", False),
        ("Li", "Lu", False),
        ("Tesfay Haile", "Ivanov Pjotr", False),
    ],
)
def test_two_ways_to_write_a_name(typed: str, known: str, may_be: bool) -> None:
    assert may_be_one(typed, known) is may_be
    assert may_be_one(known, typed) is may_be
