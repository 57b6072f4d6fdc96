"""Who works here: sign-in at the organisation's identity provider, sessions, roles, guards."""
