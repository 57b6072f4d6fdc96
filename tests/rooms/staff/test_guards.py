"""Who gets where, with which form, and how often."""

from urllib.parse import urlencode

import httpx2

from tests.rooms.staff.house import CLIENT_ID, actions, bye_of, changed_query, query_of
from tests.support.page_lint import check_page


def test_strangers_sign_in_and_come_back(demo_house, open_desk):
    desk = open_desk(demo_house)
    answer = desk.client.get("/desk/here/7?sort=age")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/staff/sign-in?next=%2Fdesk%2Fhere%2F7%3Fsort%3Dage"
    answer = desk.sign_in("supervisor-1", "/desk/here/7?sort=age")
    assert answer.headers["location"] == "/desk/here/7?sort=age"
    assert desk.client.get("/staff/sign-in?next=/desk/").headers["location"] == "/desk/"


def test_fragments_send_the_whole_page_to_the_sign_in(demo_house, open_desk):
    headers = {"HX-Request": "true", "HX-Current-URL": f"{demo_house.base_url}/desk/here/7"}
    answer = open_desk(demo_house).client.get("/desk/", headers=headers)
    assert answer.status_code == 204
    assert answer.headers["hx-redirect"] == "/staff/sign-in?next=%2Fdesk%2Fhere%2F7"


def test_no_open_redirect(demo_house, open_desk):
    answer = open_desk(demo_house).sign_in("supervisor-1", "//elsewhere.test/desk/")
    assert answer.headers["location"] == "/staff/"


def test_wrong_role(demo_house, open_desk):
    desk = open_desk(demo_house)
    desk.sign_in("partner-1")
    answer = desk.client.get("/desk/here/7")
    check_page(answer.text)
    assert answer.status_code == 403
    assert actions(demo_house) == ["staff.sign_in", "staff.refused"]


def test_forms_need_the_token_of_their_session(demo_house, open_desk):
    desk, other = open_desk(demo_house), open_desk(demo_house)
    desk.sign_in("supervisor-1")
    other.sign_in("supervisor-1")
    for data in ({}, {"csrf": ""}, {"csrf": "é"}, {"csrf": other.form_token()}):
        answer = desk.client.post("/desk/deed", data={**data, "word": "x"})
        assert answer.status_code == 403
        check_page(answer.text)
    token = desk.form_token()
    assert desk.client.post("/desk/deed", data={"csrf": token, "word": "x"}).text == "done: x"
    headers = {"X-CSRF-Token": token}
    assert desk.client.post("/desk/deed", data={"word": "y"}, headers=headers).text == "done: y"
    foreign = {"Origin": "https://elsewhere.test", "Sec-Fetch-Site": "cross-site"}
    answer = desk.client.post("/desk/deed", data={"csrf": token}, headers=foreign)
    assert answer.status_code == 403
    assert desk.client.post("/staff/sign-out", data={"csrf": "x"}).status_code == 403
    assert desk.is_in()


def test_sign_out_twice_is_harmless(demo_house, open_desk):
    answer = open_desk(demo_house).client.post("/staff/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/bye")
    check_page(open_desk(demo_house).client.get("/staff/bye").text)


def test_failures_must_wait_and_honest_people_need_not(demo_house, open_desk):
    for _ in range(12):
        assert open_desk(demo_house).sign_in("supervisor-1").status_code == 303
    stranger = open_desk(demo_house).client
    answers = [stranger.get("/staff/callback?code=a&state=b") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [400] * 10 + [429]
    assert int(answers[-1].headers["retry-after"]) >= 1
    check_page(answers[-1].text)


def test_the_person_declines(demo_house, open_desk):
    answer = open_desk(demo_house).sign_in("")
    check_page(answer.text)
    assert answer.status_code == 403


def test_demo_provider_keeps_to_the_rules(demo_house, provider, open_desk):
    desk = open_desk(demo_house)
    address = desk.start()
    check_page(desk.client.get(address).text)
    for wrong in ({"redirect_uri": "https://elsewhere.test/"}, {"client_id": "another"}):
        refused = desk.client.get(changed_query(address, **wrong))
        assert refused.status_code == 400
        check_page(refused.text)
    for wrong in ({"code_challenge_method": "plain"}, {"scope": "email"}, {"response_type": "x"}):
        answer = desk.client.get(changed_query(address, **wrong))
        assert "error=" in answer.headers["location"]
    code = query_of(desk.choose(address, "supervisor-1"))["code"]
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": "guessed"}
    form |= {"redirect_uri": f"{demo_house.base_url}/staff/callback"}
    ask = f"{demo_house.base_url}/demo-idp/token"
    assert httpx2.post(ask, data=form, auth=(CLIENT_ID, "wrong")).status_code == 401
    right = (CLIENT_ID, provider.client_secret)
    assert httpx2.post(ask, data=form, auth=right).json() == {"error": "invalid_grant"}
    assert httpx2.get(f"{demo_house.base_url}/demo-idp/userinfo").status_code == 401


def test_demo_provider_sends_back_to_its_own_portal_alone(demo_house, open_desk):
    client = open_desk(demo_house).client
    asked = {"client_id": CLIENT_ID, "state": "s"}
    for target in ("", "https://elsewhere.test/"):
        query = urlencode(asked | {"post_logout_redirect_uri": target})
        assert client.get(f"/demo-idp/end-session?{query}").status_code == 400
    query = urlencode(asked | {"post_logout_redirect_uri": bye_of(demo_house)})
    ended = client.get(f"/demo-idp/end-session?{query}")
    assert ended.headers["location"] == f"{bye_of(demo_house)}?state=s"
