"""The regievoerder's and coordinator's screens."""
