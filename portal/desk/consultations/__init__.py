"""Local consultation (LKO): agendas and minutes."""
