"""Interface texts: collected from templates and code, kept in PO files, checked.

`locales/<lang>/LC_MESSAGES/<domain>.po` is the only form there is; portal.i18n compiles it in
memory. `update` writes those files, `check` says what is wrong with them.
"""

from portal.catalogues.files import coverage, update
from portal.catalogues.lint import check
from portal.catalogues.problems import Problem

__all__ = ["Problem", "check", "coverage", "update"]
