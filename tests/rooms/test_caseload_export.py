"""What is exported comes back the same, and nothing in it is a formula."""

import csv
import shutil
import tempfile
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from portal.caseload import exporting
from portal.caseload.importing import (
    COLUMNS,
)
from portal.db import Database
from tests.rooms.caseload_file import DESK, GOOD, file, imported


def exported(db: Database, path: Path) -> bytes:
    exporting.write_lines(path, db.read_now(exporting.caseload_lines, DESK))
    return path.read_bytes()


NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]) | st.sampled_from("='+-@＝"),
    min_size=1,
    max_size=20,
)


@hypothesis.given(names=st.lists(NAMES, min_size=1, max_size=5))
@hypothesis.settings(max_examples=25)
def test_what_is_exported_comes_back_the_same(sqlite_template: Path, names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        first = Database(f"sqlite:///{shutil.copy(sqlite_template, here / 'a.db')}")
        second = Database(f"sqlite:///{shutil.copy(sqlite_template, here / 'b.db')}")
        with (here / "in.csv").open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow(COLUMNS)
            for number, name in enumerate(names):
                cells: dict[str, str] = dict(zip(COLUMNS, GOOD[number % 2].split(","), strict=True))
                cells |= {"v_number": f"{number:010d}", "family_name": f"'{name}"}
                writer.writerow(cells.values())
        imported(first, here / "in.csv")
        wrote = exported(first, here / "out.csv")
        assert imported(first, here / "out.csv").unchanged == len(names)
        imported(second, here / "out.csv")
        assert exported(second, here / "again.csv") == wrote
        assert (here / "out.csv").stat().st_mode & 0o777 == 0o600
        for line in csv.reader(wrote.decode().splitlines()):
            assert not [cell for cell in line if cell and cell[0] in "=+-@＝＋－＠\t\r"]
        first.close()
        second.close()


def test_closed_dossiers_are_not_exported(db: Database, tmp_path: Path) -> None:
    imported(db, file(tmp_path, *GOOD))
    imported(db, file(tmp_path, GOOD[0]), close_missing=True)
    assert exported(db, tmp_path / "out.csv").decode().splitlines() == [
        ",".join(COLUMNS), GOOD[0]
    ]  # fmt: skip
    with pytest.raises(FileExistsError):
        exported(db, tmp_path / "out.csv")
