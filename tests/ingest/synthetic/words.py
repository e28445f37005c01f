"""Word lists of six fields of writing, from which prose is put together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """The words of one field. ``agents`` and ``things`` are noun phrases, ``verbs`` regular transitive past tenses."""

    agents: tuple[str, ...]
    things: tuple[str, ...]
    verbs: tuple[str, ...]
    terms: tuple[str, ...]
    places: tuple[str, ...]


def _list(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(","))


FIELDS: tuple[Field, ...] = (
    Field(
        _list(
            "the engineers, the water boards, the provincial surveyors, the ministry, the contractors, "
            "farmers along the lower river, the hydraulic laboratory, the dike wardens, the drainage "
            "association, two visiting inspectors"
        ),
        _list(
            "the western embankment, a second spillway, the old sea walls, the flood maps, the tidal "
            "barrier, the maintenance budget, a network of gauges, the reclamation of the northern "
            "marshes, the pumping station, long-term settlement of the subsoil, the reinforcement of the "
            "foundations, the drainage canals"
        ),
        _list(
            "surveyed, rebuilt, inspected, reinforced, neglected, measured, financed, abandoned, recorded, redesigned"
        ),
        _list("room for the river, managed retreat, the design flood, acceptable risk, soft defences"),
        _list("Zeeland, the Po delta, East Anglia, the lower Elbe, Bangladesh, the Camargue, Louisiana"),
    ),
    Field(
        _list(
            "the central bank, the finance ministries, private creditors, the monetary committee, "
            "commercial lenders, the supervisors, exporters of raw materials, the rating agencies, the "
            "government of the day, pension funds"
        ),
        _list(
            "the exchange-rate band, a programme of asset purchases, the settlement system, the "
            "cross-border payments arrangement, foreign reserves, the inflation target, a temporary swap "
            "line, the restructuring of the debt, the short-term refinancing operations, the liquidity of "
            "regional markets, a currency union, the capital controls"
        ),
        _list(
            "defended, expanded, criticized, postponed, negotiated, anticipated, revised, tightened, "
            "questioned, suspended"
        ),
        _list("fiscal dominance, the impossible trinity, forward guidance, moral hazard, strategic autonomy"),
        _list("Frankfurt, Jakarta, Buenos Aires, the Baltic states, Seoul, Nairobi, the euro area"),
    ),
    Field(
        _list(
            "the health authorities, general practitioners, the research team, the trial's investigators, "
            "hospital managers, the ethics board, epidemiologists in three cities, the nurses, the "
            "patients' families, an expert panel"
        ),
        _list(
            "the vaccination campaign, a register of adverse events, the screening interval, "
            "intensive-care capacity, the second dose, the reproduction rate, the treatment protocol, "
            "community transmission, mutual recognition of certificates, the follow-up questionnaires, "
            "the control group, the surveillance of waste water"
        ),
        _list(
            "monitored, delayed, evaluated, recommended, underestimated, introduced, compared, published, "
            "reported, adopted"
        ),
        _list("herd immunity, informed consent, excess mortality, vaccine hesitancy, number needed to treat"),
        _list("Lombardy, Gothenburg, Wuhan, Manaus, the Western Cape, Ontario, Kerala"),
    ),
    Field(
        _list(
            "the abbots, the town council, the guild of weavers, royal officials, the chronicler, "
            "Venetian merchants, the bishop's chancery, the notaries, tenants of the manor, the king's "
            "brother"
        ),
        _list(
            "the charter of liberties, the tithe of the harvest, a bundle of forged privileges, the "
            "market tolls, the fortification of the harbour, the fabric rolls, the inheritance of the "
            "younger line, the well-documented lawsuit, the copying of the cartulary, the bridge over the "
            "river, the currency reform, the pilgrimage road"
        ),
        _list(
            "confirmed, disputed, inherited, collected, destroyed, translated, purchased, witnessed, restored, claimed"
        ),
        _list("the good old law, the common profit, free alms, the king's peace, customary service"),
        _list("Burgundy, Novgorod, Catalonia, the Champagne fairs, Lübeck, Norwich, Apulia"),
    ),
    Field(
        _list(
            "the court, the appellants, the drafting committee, the legislature, the trial judge, data "
            "protection authorities, the regulator, counsel for the respondent, the dissenting judges, "
            "consumer associations"
        ),
        _list(
            "the duty of care, the limitation period, the burden of proof, an interim injunction, the "
            "right of access, the cross-border transfer of data, the interpretation of the exemption, the "
            "standing of third parties, the admissibility of the statement, a well-founded objection, the "
            "settlement agreement, the licensing conditions"
        ),
        _list(
            "affirmed, rejected, extended, distinguished, overturned, codified, applied, restated, ignored, narrowed"
        ),
        _list("legitimate interest, proportionality, reasonable foreseeability, the chilling effect, open justice"),
        _list("Luxembourg, the Second Circuit, Karlsruhe, Ontario, New South Wales, Strasbourg, Singapore"),
    ),
    Field(
        _list(
            "field ecologists, the park authority, fishing communities, the grid operators, local "
            "volunteers, satellite observers, the emissions inventory team, foresters, independent "
            "auditors, the municipal utilities"
        ),
        _list(
            "the restoration of the peat bogs, the carbon balance of the plantation, nitrogen deposition, "
            "the migration corridor, a long-term monitoring plot, the distribution of the species, "
            "wind-power generation, the storage of hydrogen, the fishery's quota, sediment transport, the "
            "acidification of the lakes, the biomass estimate"
        ),
        _list("mapped, sampled, restored, predicted, overestimated, reduced, tracked, modelled, protected, verified"),
        _list("rewilding, the baseline year, ecological debt, additionality, critical load"),
        _list("Karelia, the Cerrado, Lake Victoria, the North Sea, Tasmania, Galicia, the Altai"),
    ),
)
QUALITIES = _list(
    "contested, incomplete, poorly understood, well-known, expensive, beyond the reach of policy, "
    "a matter of opinion, short-lived, of secondary importance, remarkably stable, politically "
    "sensitive"
)
LINKS = _list("because, although, while, after, before, so that, even though, since")
OPENERS = _list(
    "In practice, At first, Nevertheless, By contrast, More recently, For this reason, As a rule, "
    "On closer inspection, Not surprisingly, In the long run"
)
SURNAMES = _list(
    "Jansen, Okafor, Lindqvist, Moreau, Petrov, Tanaka, Alvarez, Whitfield, Kowalski, Rahman, De "
    "Vries, Eriksen, Castellani, Nakamura, Oyelaran, Schneider, Brennan, Duarte, Ivanova, Zhou, "
    "Fairbanks, Haugen, Mbeki, Novak, Pereira, Quist, Rossi, Svensson, Thorne, Ullmann, Vance, "
    "Weiss, Yamada, Zeller, Archer, Bellamy, Corrigan, Dumont, Ekström, Fontaine"
)
GIVEN = _list(
    "Anna, John, Maria, K. L., Peter, S. J., Ingrid, Wei, Olga, T., Hassan, Elena, M. R., Louise, Paul, Akira, Ruth, G."
)
PRESSES = _list(
    "Cambridge University Press, Routledge, Harbour Books, De Gruyter, Nordic Academic Press, "
    "Clarendon Press, Brill, Institute of Economic Research, Riverside Editions, MIT Press"
)
CITIES = _list("London, New York, Leiden, Berlin, Chicago, Stockholm, Paris, Oxford, Kyoto, Princeton")
OUTLETS = _list(
    "The Morning Ledger, Official Gazette, World Trade Monitor, Ministry of Foreign Affairs, "
    "Radio North, Daily Courier, National Statistics Office, Global Health Watch, Council of the "
    "Regions, The Harbour Times"
)
JOURNALS = _list(
    "Journal of Coastal Studies, Annals of Policy, Review of Regional Law, Quarterly of Medieval "
    "Studies, Energy and Society, European Monetary Review, Notes and Records of Public Health"
)
HOSTS = _list("www.example.org, archive.example.net, news.example.com, stats.example.int, docs.example.edu")
MONTHS = _list("January, February, March, April, May, June, July, August, September, October, November, December")
