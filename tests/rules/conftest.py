"""What tests of rules may ask for."""

import sys

import pytest

from portal.i18n import language


@pytest.fixture
def three_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dutch, English and Arabic alone are live: for projects of a few texts made by a test."""
    three = tuple(language(tag) for tag in ("nl", "en", "ar"))
    for name, module in list(sys.modules.items()):
        if name.startswith("portal.") and hasattr(module, "live_languages"):
            monkeypatch.setattr(module, "live_languages", lambda: three)
