"""A multilingual return-information and departure-request portal for the Netherlands."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The project's folder: templates/, static/ and locales/ stand beside the package."""
