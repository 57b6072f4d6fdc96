"""Dossiers, teams and supervisors: imported from DT&V's own system, never edited here."""
