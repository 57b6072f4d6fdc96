"""`portal caseload` and `portal absence`: what they say, and that they name nobody."""

from pathlib import Path

import pytest

from portal.caseload.queries import dossier_by_v_number
from portal.cli import main
from tests.support.world import QUESTION, World

Capture = pytest.CaptureFixture[str]
EMAIL = "supervisor-assen-1@demo.example"


def exported(portal: World, tmp_path: Path) -> Path:
    path = tmp_path / "out.csv"
    assert main(["caseload", "export", str(path)]) == 0
    return path


def test_a_dry_run_names_lines_and_columns_and_nobody(
    portal: World, tmp_path: Path, capsys: Capture
) -> None:
    path = exported(portal, tmp_path)
    text = path.read_text("utf-8")
    capsys.readouterr()
    assert main(["caseload", "import", str(path), "--dry-run"]) == 0
    assert (
        capsys.readouterr().out == "0 would be added, 0 would be changed, 7 unchanged, 0 skipped\n"
    )
    path.write_text(
        text.replace("Applicant 03", "Another Name").replace("azc Utrecht", "azc Emmen")
    )
    assert main(["caseload", "import", str(path), "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "line 4 (…003): family_name",
        "line 5 (…004): location",
        "line 6 (…005): location",
        "0 would be added, 3 would be changed, 4 unchanged, 0 skipped",
    ]
    assert main(["caseload", "import", str(path)]) == 0
    assert "0 added, 3 changed" in capsys.readouterr().out


def test_open_cases_follow_an_import(portal: World, tmp_path: Path, capsys: Capture) -> None:
    portal.send("question", QUESTION)
    portal.route()
    path = exported(portal, tmp_path)
    path.write_text(path.read_text("utf-8").replace(EMAIL, "supervisor-assen-2@demo.example"))
    assert main(["caseload", "import", str(path)]) == 0
    assert "1 open cases went to another team or supervisor" in capsys.readouterr().out


def test_what_is_missing_is_told_and_closed_when_asked(
    portal: World, tmp_path: Path, capsys: Capture
) -> None:
    path = exported(portal, tmp_path)
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(lines[:-1]) + "\n")
    assert main(["caseload", "import", str(path)]) == 0
    assert "1 open dossiers are not in the file and stay open" in capsys.readouterr().out
    assert main(["caseload", "import", str(path), "--close-missing", "--dry-run"]) == 0
    assert "1 would be closed" in capsys.readouterr().out
    assert main(["caseload", "import", str(path), "--close-missing"]) == 0
    assert "1 closed" in capsys.readouterr().out
    found = portal.db.read_now(dossier_by_v_number, portal.keys.require_desk(), "0000000007")
    assert found is not None
    assert not found.open
    for rest in ("", "bad,row\n"):
        path.write_text(lines[0] + "\n" + rest)
        options = ["--close-missing", "--skip-bad"]
        assert main(["caseload", "import", str(path), *options]) == 2
        assert "needs a whole file" in capsys.readouterr().err


def test_an_export_overwrites_nothing_and_is_audited(
    portal: World, tmp_path: Path, capsys: Capture
) -> None:
    path = exported(portal, tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert main(["caseload", "export", str(path)]) == 2
    assert "overwrites nothing" in capsys.readouterr().err
    assert main(["audit", "verify"]) == 0
    assert main(["audit", "head"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("1:")


def test_absences(portal: World, capsys: Capture) -> None:
    deputy = "supervisor-assen-2@demo.example"
    days = ["2026-12-24", "2027-01-02"]
    assert main(["absence", "add", EMAIL, *days, "--deputy", deputy]) == 0
    assert main(["absence", "add", EMAIL, "2027-02-01", "2027-02-01"]) == 0
    capsys.readouterr()
    assert main(["absence", "list"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert f"{EMAIL} 2026-12-24 2027-01-02 {deputy}" in told
    assert f"{EMAIL} 2027-02-01 2027-02-01 nobody" in told
    assert main(["absence", "add", EMAIL, *days]) == 2
    assert "away already" in capsys.readouterr().err
    assert main(["absence", "remove", EMAIL, days[0]]) == 0
    assert main(["absence", "remove", EMAIL, days[0]]) == 2
    with pytest.raises(SystemExit):
        main(["absence", "add", EMAIL, "tomorrow", "2027-01-02"])
