"""Interface texts: what is collected, what `update` keeps, and every fault that `check` knows."""

from pathlib import Path

import pytest

from portal.catalogues import Problem, check, coverage, update
from portal.catalogues.files import catalogues_wanted, po_file
from portal.catalogues.sources import SourceError, collect, domain_of
from portal.catalogues.writing import share_of_script
from portal.i18n import language

pytestmark = pytest.mark.usefixtures("three_languages")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty project."""
    for folder in ("templates/layouts", "templates/desk", "portal/desk", "locales"):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def public(root: Path, template: str) -> None:
    write(root, "templates/layouts/public.html", template)


def translate_all(root: Path, **texts: str) -> None:
    """Fill empty translations of the public domain: `nl="…"`, `ar="…"`, in every plural form."""
    for tag, text in texts.items():
        path = po_file(root, tag, "public")
        lines = path.read_text("utf-8").split("\n")
        start = lines.index("") + 1  # behind the header
        for number in range(start, len(lines)):
            head, quote, rest = lines[number].partition(' "')
            if head.startswith("msgstr") and quote and rest == '"':
                lines[number] = f'{head} "{text}"'
        path.write_text("\n".join(lines), "utf-8")


def faults(root: Path, tag: str = "ar") -> list[str]:
    return [p.message for p in check(root) if p.file.startswith(f"locales/{tag}/")]


def test_each_text_belongs_to_one_domain(root: Path) -> None:
    public(root, '{{ _("Both") }}{{ _("Reader") }}')
    write(root, "templates/desk/queue.html", '{{ _("Both") }}{{ _("Staff") }}')
    write(root, "templates/demo/start.html", '{{ _("Demo") }}')
    write(root, "portal/facts.py", 'N_("Code")')
    write(root, "portal/desk/service.py", 'N_("Desk code")')
    texts = collect(root)
    assert [key[1] for key in texts["public"]] == ["Both", "Reader", "Code"]
    assert [key[1] for key in texts["desk"]] == ["Staff", "Desk code"]


@pytest.mark.parametrize(
    ("path", "domain"),
    [
        ("templates/layouts/staff.html", "desk"),
        ("templates/components/forms.html", "public"),
        ("portal/staff/routes.py", "desk"),
        ("portal/cases/workflow.py", "public"),
        ("portal/demo/people.py", None),
    ],
)
def test_domain_of_a_file(path: str, domain: str | None) -> None:
    assert domain_of(path) == domain


def test_a_template_without_domain_is_an_error() -> None:
    with pytest.raises(SourceError, match=r"templates/other/x\.html:0"):
        domain_of("templates/other/x.html")


def test_a_broken_template_is_named_with_its_line(root: Path) -> None:
    public(root, "\n{% if %}")
    with pytest.raises(SourceError, match=r"templates/layouts/public\.html:2: "):
        collect(root)


def test_all_ways_to_mark_a_text_are_found(root: Path) -> None:
    public(
        root,
        "{% trans n=1 %}\n  One\n  line{% pluralize %}{{ n }} lines{% endtrans %}"
        '{{ pgettext("menu", "Ask") }}{{ ngettext("%(n)s day", "%(n)s days", 2, n=2) }}',
    )
    write(root, "portal/facts.py", 'translate(tag, "Told")\ncatalogue.gettext("Asked")')
    assert list(collect(root)["public"]) == [
        (None, ("One line", "%(n)s lines")),
        ("menu", "Ask"),
        (None, ("%(n)s day", "%(n)s days")),
        (None, "Told"),
        (None, "Asked"),
    ]


def test_a_plural_swallows_the_same_text_alone(root: Path) -> None:
    public(root, '{{ _("%(n)s day", n=1) }}{{ ngettext("%(n)s day", "%(n)s days", 2, n=2) }}')
    assert list(collect(root)["public"]) == [(None, ("%(n)s day", "%(n)s days"))]


def test_update_writes_every_catalogue_with_our_plural_rule(root: Path) -> None:
    public(root, '{{ _("Hello") }}{{ ngettext("%(n)s day", "%(n)s days", 2, n=2) }}')
    update(root)
    for tag, domain in catalogues_wanted():
        assert language(tag).plural in po_file(root, tag, domain).read_text("utf-8")
    english = po_file(root, "en", "public").read_text("utf-8")
    assert 'msgid "Hello"\nmsgstr "Hello"' in english
    assert 'msgstr[1] "%(n)s days"' in english
    arabic = po_file(root, "ar", "public").read_text("utf-8")
    assert 'msgstr[5] ""' in arabic
    assert str(root) not in arabic
    assert "Date" not in arabic


def test_update_keeps_adds_and_drops(root: Path) -> None:
    public(root, '{{ _("Stays") }}{{ _("Goes") }}')
    update(root)
    translate_all(root, nl="Vertaald")
    path = po_file(root, "nl", "public")
    path.write_text(path.read_text("utf-8").replace("#: templates", "# Note.\n#: templates"))
    public(root, '{{ _("New") }}\n\n{{ _("Stays") }}')
    update(root)
    text = path.read_text("utf-8")
    assert 'msgid "Stays"\nmsgstr "Vertaald"' in text
    assert 'msgid "New"\nmsgstr ""' in text
    assert "Goes" not in text
    assert "# Note." in text
    assert "fuzzy" not in text
    update(root)
    assert path.read_text("utf-8") == text


def test_comments_for_translators_go_along(root: Path) -> None:
    public(root, '{# Translators: an offer, no order #}\n{{ _("Ask") }}')
    update(root)
    assert "#. an offer, no order" in po_file(root, "nl", "public").read_text("utf-8")


def test_coverage_counts_only_whole_translations(root: Path) -> None:
    public(root, '{{ _("Hello") }}{{ ngettext("%(n)s day", "%(n)s days", 2, n=2) }}')
    assert coverage("nl", root=root) == (0, 2)
    update(root)
    assert coverage("nl", root=root) == (0, 2)
    assert coverage("en", root=root) == (2, 2)
    path = po_file(root, "nl", "public")
    path.write_text(path.read_text("utf-8").replace('msgstr[0] ""', 'msgstr[0] "%(n)s dag"'))
    assert coverage("nl", root=root) == (0, 2)
    assert any("a plural form is missing" in fault for fault in faults(root, "nl"))


def test_complete_catalogues_have_no_problem(root: Path) -> None:
    public(root, '{{ _("Good day, %(name)s", name=1) }}')
    update(root)
    translate_all(root, nl="Goedendag, %(name)s", ar="مرحبا %(name)s")
    assert check(root) == []


def test_missing_and_unused_texts_are_named(root: Path) -> None:
    public(root, '{{ _("Old") }}')
    assert [p.message for p in check(root)] == ["missing; run: portal content update"] * 5
    update(root)
    public(root, '{{ _("New") }}')
    assert faults(root, "en") == [
        "lacks 'New'; run: portal content update",
        "nothing uses 'Old'; run: portal content update",
    ]


@pytest.mark.parametrize(
    ("msgid", "arabic", "fault"),
    [
        ("Hello", "", "not translated"),
        ("Hello", "Hello", "no letter of the script"),
        ("Please come in", "Please come in", "still the English text"),
        ("Hello %(name)s", "مرحبا", "placeholder %(name)s is missing"),
        ("Hello %(name)s", "مرحبا %(naam)s", "unknown placeholder %(naam)s"),
        ("Hello %(name)s", "مرحبا %(name)s %(", "percent sign"),
        ("All of %(n)s%%", "كل %(n)s", "%% is not there"),
        ("Hello", "<b>مرحبا</b>", "markup differs"),
        ("Hello", "مرحبا &lt;", "markup differs"),
        ("Hello", "مرحبا\u200f", "invisible direction mark"),
        ("Hello", " مرحبا", "space at the beginning or end"),
    ],
)
def test_faults_of_a_translation(root: Path, msgid: str, arabic: str, fault: str) -> None:
    public(root, f'{{{{ _("{msgid}", name=1, n=1) }}}}')
    update(root)
    translate_all(root, ar=arabic)
    assert any(fault in message for message in faults(root))


def test_a_name_may_stay_as_it_is(root: Path) -> None:
    public(root, '{{ _("IOM") }}')
    update(root)
    translate_all(root, nl="IOM", ar="IOM")
    assert check(root) == []


def test_a_form_for_one_number_may_leave_the_figure_out(root: Path) -> None:
    public(root, '{{ ngettext("%(n)s day", "%(n)s days", 2, n=2) }}')
    update(root)
    path = po_file(root, "ar", "public")
    text = path.read_text("utf-8")
    words = ["بدون أيام", "يوم واحد", "يومان", "%(n)s أيام", "%(n)s يوما", "%(n)s يوم"]
    for form, word in enumerate(words):
        text = text.replace(f'msgstr[{form}] ""', f'msgstr[{form}] "{word}"')
    path.write_text(text, "utf-8")
    assert faults(root) == []
    path.write_text(text.replace("%(n)s أيام", "أيام"), "utf-8")
    assert faults(root) == ["placeholder %(n)s is missing: '%(n)s day'"]


def test_fuzzy_is_a_fault_and_survives_update(root: Path) -> None:
    public(root, '{{ _("Hello") }}')
    update(root)
    translate_all(root, ar="مرحبا")
    path = po_file(root, "ar", "public")
    path.write_text(path.read_text("utf-8").replace('msgid "Hello"', '#, fuzzy\nmsgid "Hello"'))
    update(root)
    assert faults(root) == ["marked as fuzzy: 'Hello'"]


def test_another_plural_rule_and_a_broken_file_are_faults(root: Path) -> None:
    public(root, '{{ _("Hello") }}')
    update(root)
    translate_all(root, nl="Hallo", ar="مرحبا")
    path = po_file(root, "ar", "public")
    whole = path.read_text("utf-8")
    path.write_text(whole.replace(language("ar").plural, "nplurals=1; plural=0;"), "utf-8")
    assert faults(root) == ["another plural rule than languages.toml"]
    path.write_text(f"{whole}nonsense\n", "utf-8")
    assert len(faults(root)) == 1
    with pytest.raises(ValueError, match=r"public\.po:"):
        update(root)


def test_texts_that_extraction_passes_over_are_faults(root: Path) -> None:
    public(root, '{{ _("a" ~ b) }}')
    write(
        root,
        "portal/facts.py",
        '_(f"{n} days")\n_("a" + b)\ntranslate(tag, "x {}".format(1))\n_(title)\n_()\n',
    )
    places = [(p.file, p.line) for p in check(root) if "constant" in p.message]
    assert places == [
        ("templates/layouts/public.html", 1),
        ("portal/facts.py", 1),
        ("portal/facts.py", 2),
        ("portal/facts.py", 3),
    ]


def test_a_lone_percent_sign_in_a_template_is_a_fault(root: Path) -> None:
    public(root, '\n{{ _("100% sure") }}')
    assert Problem(
        "templates/layouts/public.html", 2, "write %% for a percent sign: '100% sure'"
    ) in check(root)


def test_share_of_script() -> None:
    assert share_of_script("مرحبا IOM", "Arab") == pytest.approx(5 / 8)
    assert share_of_script("112 – ?", "Arab") == 1
    assert share_of_script("ሰላም", "Ethi") == 1
    assert share_of_script("你好", "Hans") == 1
    assert share_of_script("Привет", "Latn") == 0
