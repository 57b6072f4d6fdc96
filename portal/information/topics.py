"""The eight topics that every answer belongs to (domain.md §1), in the order readers meet them."""

from dataclasses import dataclass

from portal.i18n import N_


@dataclass(frozen=True)
class Topic:
    """`name` and `about` are msgids; `icon` is a name of components/icons.html."""

    key: str
    name: str
    about: str
    icon: str


TOPICS = (
    Topic("gesprek", N_("Talks and time"), N_("Letters, talks, how much time you have"), "talk"),
    Topic("hulp", N_("Help and money"), N_("Who can help you, and with what"), "hands"),
    Topic("reis", N_("Papers and travel"), N_("Passport, embassy, the journey"), "plane"),
    Topic("opvang", N_("A place to live"), N_("Where you can stay, and for how long"), "home"),
    Topic("gezin", N_("Family and children"), N_("Children, school, guardians"), "family"),
    Topic("gezond", N_("Health and safety"), N_("Illness, fear, force or threats"), "health"),
    Topic("recht", N_("Rights and lawyers"), N_("Your rights, legal help, complaints"), "scale"),
    Topic(
        "dtv", N_("About DT&V"), N_("This organisation, and your contact person there"), "people"
    ),
)
TOPIC_KEYS = frozenset(topic.key for topic in TOPICS)
