"""Where a fact comes from, said so that a reader could look it up: `source` codes to names.

The codes are those of domain.md: three digits for a document, brackets for a public page.
"""

import re

DOCUMENTS = {
    "000": "DT&V, veelgestelde vragen",
    "001": "DT&V, Stand van de uitvoering (2021)",
    "002": "EMN, Terugkeer van afgewezen asielzoekers (2017)",
    "003": "DT&V, Taken en missie",
    "004": "Inspectie Justitie en Veiligheid, Het vertrekproces (2022)",
}
SITES = {
    "DTV": "dienstterugkeerenvertrek.nl",
    "IOM": "iom-nederland.nl",
    "LTV": "Leidraad Terugkeer en Vertrek",
    "COA": "coa.nl",
    "IND": "ind.nl",
    "rijksoverheid": "rijksoverheid.nl",
    "wegwijzermensenhandel": "wegwijzermensenhandel.nl",
}
_CODE = re.compile(r"(?<!\d)(00\d):|\[([\w-]+)[^\]]*\]")


def source_names(source: str) -> tuple[str, ...]:
    """The documents and sites in a `source`; one without a known code is given as it stands."""
    names = [DOCUMENTS.get(doc) or SITES.get(site, site) for doc, site in _CODE.findall(source)]
    return tuple(dict.fromkeys(names)) or (source,)
