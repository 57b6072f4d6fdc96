"""Letters out: the outbox, what an e-mail looks like, and the conversation with a mail server.

Knows no cases and no people. A row of the outbox says for which case or member a letter is, never
an address: who it goes to is found out when it is sent, by who may know (portal.cases.posting).
"""
