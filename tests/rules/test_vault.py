"""Sealing: what goes in comes out, at its own place, for its own key, and nowhere else."""

import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import vault
from portal.vault import Keys, VaultError

KEYS = vault.new_keys()
DESK = KEYS.require_desk()
KEY = vault.new_key()
PLACE = "cases|answers|0123"
SEALED = vault.seal(KEY, b"the bytes of an answer", PLACE)
DATA_KEY = vault.new_key()
WRAPPED = KEYS.public.wrap(DATA_KEY, PLACE)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.binary(max_size=2000), st.text(max_size=40))
def test_what_is_sealed_comes_out_again(plain: bytes, place: str) -> None:
    assert vault.unseal(KEY, vault.seal(KEY, plain, place), place) == plain


@given(json_values)
def test_json_in_any_script_comes_out_again(value: object) -> None:
    assert vault.unseal_json(KEY, vault.seal_json(KEY, value, PLACE), PLACE) == value


@given(st.binary(min_size=32, max_size=32))
def test_the_desk_unwraps_what_was_wrapped_for_it(data_key: bytes) -> None:
    assert DESK.unwrap(KEYS.public.wrap(data_key, PLACE), PLACE) == data_key


def refused(sealed: bytes, wrapped: bytes, place: str = PLACE) -> None:
    with pytest.raises(VaultError):
        vault.unseal(KEY, sealed, place)
    with pytest.raises(VaultError):
        DESK.unwrap(wrapped, place)


@given(st.text(max_size=40).filter(lambda place: place != PLACE))
def test_sealed_bytes_open_at_no_other_place(place: str) -> None:
    refused(SEALED, WRAPPED, place)


@given(st.data())
def test_any_flipped_bit_is_noticed(data: st.DataObject) -> None:
    def flipped(envelope: bytes) -> bytes:
        changed = bytearray(envelope)
        changed[data.draw(st.integers(0, len(changed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        return bytes(changed)

    refused(flipped(SEALED), flipped(WRAPPED))


@pytest.mark.parametrize("envelope", [SEALED, WRAPPED], ids=["sealed", "wrapped"])
def test_any_cut_and_any_addition_is_noticed(envelope: bytes) -> None:
    for length in range(len(envelope)):
        refused(envelope[:length], envelope[:length])
        refused(envelope[length + 1 :], envelope[length + 1 :])
    refused(envelope + b"\0", envelope + b"\0")


@given(st.binary(max_size=200))
def test_bytes_that_nobody_sealed_are_refused(envelope: bytes) -> None:
    refused(envelope, envelope)
    refused(b"v1.k." + envelope, f"v1.{KEYS.public.desk_id}.".encode() + envelope)


@given(st.binary(min_size=32, max_size=32).filter(lambda key: key != KEY))
def test_another_key_opens_nothing(key: bytes) -> None:
    with pytest.raises(VaultError):
        vault.unseal(key, SEALED, PLACE)


def test_another_desk_opens_nothing_even_under_the_same_key_id() -> None:
    ((_, private),) = vault.new_keys().require_desk().private
    other = replace(DESK, private=((KEYS.public.desk_id, private),))
    with pytest.raises(VaultError):
        other.unwrap(WRAPPED, PLACE)
    with pytest.raises(VaultError, match="no desk key"):
        vault.new_keys().require_desk().unwrap(WRAPPED, PLACE)


def test_an_older_key_in_the_ring_still_opens() -> None:
    newer = vault.new_keys().require_desk()
    ring = replace(DESK, private=(*newer.private, *DESK.private))
    assert ring.unwrap(WRAPPED, PLACE) == DATA_KEY


@pytest.mark.parametrize("version", [b"v0", b"v2", b"", b"V1"])
def test_an_unknown_version_is_refused(version: bytes) -> None:
    refused(version + SEALED[2:], version + WRAPPED[2:])


def test_the_same_text_is_never_sealed_the_same_way_twice() -> None:
    assert len({vault.seal(KEY, b"yes", PLACE) for _ in range(200)}) == 200


def test_short_answers_all_have_one_size() -> None:
    answers = [{"a": "yes"}, {"a": "no"}, {"a": None}, {"a": "لا"}, {"a": "x" * 200}, {}]
    assert len({len(vault.seal_json(KEY, each, PLACE)) for each in answers}) == 1
    assert len(vault.seal_json(KEY, "x" * 400, PLACE)) > len(vault.seal_json(KEY, "x", PLACE))


def test_subkeys_are_of_no_use_for_each_other() -> None:
    labels = [vault.subkey(KEY, label) for label in ("answers", "messages", "code-wrap")]
    assert len({*labels, KEY}) == 4
    sealed = vault.seal(labels[0], b"x", PLACE)
    with pytest.raises(VaultError):
        vault.unseal(labels[1], sealed, PLACE)


def test_a_code_is_found_again_and_only_with_the_same_pepper_and_salt() -> None:
    lookup, wrapping = KEYS.public.stretch("1234123412341234")
    assert KEYS.public.stretch("1234123412341234") == (lookup, wrapping)
    for other in (
        replace(KEYS.public, pepper=vault.new_key()),
        replace(KEYS.public, code_salt=vault.new_key()[:16]),
    ):
        assert other.stretch("1234123412341234")[0] != lookup
    assert KEYS.public.stretch("1234123412341235")[0] != lookup
    assert b"1234" not in lookup + wrapping


def test_a_blind_index_depends_on_purpose_value_and_key() -> None:
    index = DESK.blind_index("v-number", "0000000001")
    assert index == DESK.blind_index("v-number", "0000000001")
    others = {
        DESK.blind_index("v-number", "0000000002"),
        DESK.blind_index("name", "0000000001"),
        vault.new_keys().require_desk().blind_index("v-number", "0000000001"),
    }
    assert len({index, *others}) == 4


# Key files -----------------------------------------------------------------------------------


def test_a_key_file_is_kept_for_its_owner_alone_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "keys.toml"
    vault.save_keys(KEYS, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert vault.load_keys(path) == KEYS


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    vault.save_keys(KEYS, path)
    with pytest.raises(FileExistsError):
        vault.save_keys(vault.new_keys(), path)
    assert vault.load_keys(path) == KEYS


def test_the_public_key_file_holds_no_secret_of_the_desk(tmp_path: Path) -> None:
    path = tmp_path / "keys.public.toml"
    vault.save_keys(Keys(KEYS.public, None), path)
    text = path.read_text()
    secrets = [DESK.private[0][1], DESK.index, DESK.audit, DESK.session]
    assert not [secret for secret in secrets if secret.hex() in text]
    public = vault.load_keys(path)
    assert public.public == KEYS.public
    with pytest.raises(VaultError, match="no desk keys"):
        public.require_desk()


DAMAGE = {
    "version = 1": "version = 2",
    "version = .*\n": "",
    "pepper = .*": 'pepper = ""',
    "pepper = .*\n": "",
    'pepper = "..': 'pepper = "',
    "desk_public = .*": f'desk_public = "{"00" * 31}"',
    'desk_public = "[^"]*': f'desk_public = "{"07" * 32}',
    "code_salt = .*": 'code_salt = "00000000"',
    "desk_private = .*": "desk_private = []",
    "desk_private = .*\n": 'desk_private = "none"\n',
    r"(desk_private = .*, \"..)[0-9a-f]*": r"\1",
    r"(desk_private = .*, \")[0-9a-f]*": r"\g<1>" + "11" * 32,
    r"(desk_private = \[\[\")[0-9a-f]*": r"\g<1>00000000",
    "audit = .*": 'audit = ""',
    'session = "..': 'session = "zz',
    "\nindex = ": "\nother = ",
    "desk_id = ": "[desk_id = ",
}
"""A pattern in a good key file, and what it becomes."""


@pytest.mark.parametrize(("was", "becomes"), DAMAGE.items(), ids=[str(n) for n in range(17)])
def test_a_damaged_short_or_foreign_key_is_refused(tmp_path: Path, was: str, becomes: str) -> None:
    path = tmp_path / "keys.toml"
    vault.save_keys(KEYS, path)
    damaged, times = re.subn(was, becomes, path.read_text(), count=1)
    assert times
    path.write_text(damaged)
    with pytest.raises(VaultError, match="isn't a key file of this version"):
        vault.load_keys(path)


def test_a_missing_key_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="portal keys new"):
        vault.load_keys(tmp_path / "keys.toml")
    with pytest.raises(VaultError, match="isn't a key file"):
        vault.load_keys(tmp_path)
