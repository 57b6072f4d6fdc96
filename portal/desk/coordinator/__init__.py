"""The coordinator's screens: workload, absences, people, organisations, the caseload."""
