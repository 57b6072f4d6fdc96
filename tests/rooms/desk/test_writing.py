"""Writing to the applicant: chosen, filled in, read, sent once."""

from tests.rooms.desk.at_the_desk import (
    COLLEAGUE,
    OWN,
    case_of,
    csrf_of,
    html,
    log_of,
    messages_of,
    opened,
    path_of,
    read,
    routed,
    status_of,
)
from tests.support.world import MEDIATION, World

NEEDED = {"needed": ["photos", "address"]}


def test_a_letter_is_chosen_filled_in_read_and_sent(world: World) -> None:
    case_id = routed(world)
    visitor = opened(world, case_id)
    visitor.submit(form="/move")
    visitor.get(f"/desk/cases/{case_id}/message")
    assert f"/desk/cases/{case_id}/message/own_words" in html(visitor)
    assert "mediation_held" not in html(visitor)
    visitor.get(f"/desk/cases/{case_id}/message/info_needed")
    visitor.submit(NEEDED | {"own": "Neem uw papieren mee."}, "/preview")
    assert status_of(visitor) == 200
    assert 'lang="ar" dir="rtl"' in html(visitor)
    assert "– Pasfoto" in read(visitor)
    assert "conceptvertaling" in read(visitor)
    assert messages_of(world, case_id) == 0
    form = visitor.form("/send")
    visitor.send(form, {"move": "yes"})
    assert "Neem uw papieren mee." in read(visitor)
    assert messages_of(world, case_id) == 1
    assert case_of(world, case_id)["state"] == "info_needed"
    visitor.send(form, {"move": "yes"})  # the same once more: a double tap
    assert status_of(visitor) == 200
    assert messages_of(world, case_id) == 1
    assert log_of(world, case_id).count("message") == 1


def test_what_is_wrong_is_marked_and_what_was_typed_stays(world: World) -> None:
    visitor = opened(world, routed(world))
    visitor.get(f"{path_of(visitor)}/message/info_needed")
    visitor.submit({"own": "Tot dan."}, "/preview")
    assert status_of(visitor) == 422
    assert 'href="#f-needed"' in html(visitor)
    assert "Tot dan." in read(visitor)


def test_own_words_need_words(world: World) -> None:
    case_id = routed(world)
    visitor = opened(world, case_id)
    visitor.get(f"/desk/cases/{case_id}/message/own_words")
    form = visitor.form("/preview")
    visitor.send(form, {"own": " "})
    assert status_of(visitor) == 422
    assert 'href="#f-own"' in html(visitor)
    visitor.send(form, {"own": "Uw zoon mag het schooljaar afmaken."})
    back = visitor.form("/send").filled({"again": "yes"})
    visitor.post(f"/desk/cases/{case_id}/message/own_words/preview", back)
    assert "Uw zoon mag het schooljaar afmaken." in read(visitor)
    assert "/preview" in visitor.form("/preview").action


def test_a_letter_may_be_sent_without_its_move_and_after_others_worked(world: World) -> None:
    case_id = routed(world)
    visitor = opened(world, case_id)
    visitor.get(f"/desk/cases/{case_id}/message/reading")
    visitor.submit(form="/preview")
    form = visitor.form("/send")
    opened(world, case_id, COLLEAGUE).submit({"text": "Gezien."}, "/note")
    visitor.send(form, {"move": "yes"})  # the step was weighed on an older page: neither happens
    assert status_of(visitor) == 409
    assert messages_of(world, case_id) == 0
    data = {name: values for name, values in form.filled({}).items() if name != "move"}
    visitor.post(f"/desk/cases/{case_id}/message/reading/send", data)
    assert messages_of(world, case_id) == 1
    assert case_of(world, case_id)["state"] == "assigned"


def test_letters_that_staff_cannot_send_are_not_there(world: World) -> None:
    case_id = routed(world)
    visitor = opened(world, case_id)
    csrf = csrf_of(visitor)
    for key in ("mediation_held", "meeting", "talk_proposed", "nonsense", "%00"):
        visitor.get(f"/desk/cases/{case_id}/message/{key}")
        assert status_of(visitor) == 404
        visitor.post(f"/desk/cases/{case_id}/message/{key}/send", {"csrf": csrf})
        assert status_of(visitor) == 404
    visitor.post(f"/desk/cases/{case_id}/message/reading/send", {"csrf": csrf, "nonce": "x"})
    assert status_of(visitor) == 422
    assert messages_of(world, case_id) == 0


def test_mediation_is_announced_only_where_it_was_asked_for_and_may_start(world: World) -> None:
    asked, question = routed(world, "mediation", MEDIATION), routed(world)
    nobody_knows = MEDIATION | {"v_number": None, "v_number_unknown": True}
    unmatched = routed(world, "mediation", nobody_knows)  # no record says that nothing is pending
    visitor = world.signed_in(OWN)
    for case_id, status in ((asked, 200), (question, 409), (unmatched, 409)):
        visitor.get(f"/desk/cases/{case_id}/message/mediation_started")
        assert status_of(visitor) == status
        visitor.get(f"/desk/cases/{case_id}/message")
        assert ("mediation_started" in html(visitor)) is (status == 200)
