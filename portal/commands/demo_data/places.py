"""Invented sites, smelters, partners and substances that tables of the demo name (pure data)."""

ASSEMBLY_SITES = (
    ("Weilanhu Assembly Works 2", "Weilanhu Precision Co.", "8 Lotus Road, Weilanhu", "CN"),
    ("Thanh Bac Device Plant", "Thanh Bac Electronics JSC", "Lot 14, Song Moi Park", "VN"),
    ("Brodnica Wielka Line A", "Brodwiel Montaż Sp. z o.o.", "ul. Topolowa 3, Brodwiel", "PL"),
    ("Horní Lesná Works", "Lesná Servery s.r.o.", "Tovární 11, Horní Lesná", "CZ"),
    ("Tanjung Emas Plant 1", "Tanjung Emas Devices Sdn. Bhd.", "Jalan Perdana 5, Emas", "MY"),
)
COMPONENT_SITES = (
    (
        "Shilongwan Boards",
        "Shilongwan Circuit Co.",
        "2 Pine Street, Shilongwan",
        "CN",
        "circuit_boards",
        "Main boards",
    ),
    (
        "Minami-Hata Displays",
        "Minami-Hata Panel K.K.",
        "4-2 Hata",
        "JP",
        "displays",
        "Panels of 14 and 16 inches",
    ),
    (
        "Nakhon Thai Cells",
        "Nakhon Cells Co. Ltd.",
        "Moo 7, Nakhon Ploy",
        "TH",
        "batteries",
        "Battery packs",
    ),
    (
        "Guldal Semiconductors",
        "Guldal Semi Inc.",
        "1 Guldal Avenue, Hsinlan",
        "TW",
        "chips",
        "Power management chips",
    ),
    (
        "Calambayan Modules",
        "Calambayan Radio Corp.",
        "Block 3, Calambayan",
        "PH",
        "circuit_boards",
        "Radio modules",
    ),
)
SMELTERS = (
    ("tin", "Bukit Perak Smelting", "ID", "conformant", "Indonesia"),
    ("tin", "Altavela Estaño", "BO", "conformant", "Bolivia"),
    ("tantalum", "Nordsund Tantal", "DE", "conformant", "Rwanda, Brazil"),
    ("tungsten", "Ganlu Tungsten", "CN", "active", "China"),
    ("gold", "Rivaldoro Affinazione", "IT", "conformant", "Recycled material"),
    ("gold", "Sable Creek Refinery", "ZA", "conformant", "South Africa"),
    ("gold", "Dunebright Refining", "AE", "none", "Not known"),
    ("cobalt", "Kivumba Cobalt", "CD", "active", "DR Congo"),
    ("nickel", "Laskujärvi Nickel", "FI", "conformant", "Finland"),
    ("copper", "Cerro Albo Cobre", "CL", "conformant", "Chile"),
)
RECYCLERS = (
    ("Rondeel Electronics Recycling", "NL", "weeelabex"),
    ("Grünhafen Wertstoff GmbH", "DE", "en_50625"),
    ("Reprise Numérique SCIC", "FR", "en_50614"),
    ("Łąkowa Recykling S.A.", "PL", "weeelabex"),
    ("Hillfoot Secure Disposal Ltd", "IE", "r2v3"),
    ("Savane Solidaire Réemploi", "SN", "none"),
)
SUBSTANCES = (
    ("N-Methyl-2-pyrrolidone", "872-50-4", "Cleaning of coated parts", "Water-based cleaner"),
    ("n-Hexane", "110-54-3", "Cleaning of screens", "Isopropanol mixture"),
    ("Isopropyl alcohol", "67-63-0", "Wiping of housings", ""),
    ("Lead solder", "7439-92-1", "Repair of old boards", "Tin-silver-copper solder"),
)
RISKS = (
    ("hours", "final_assembly", ("CN", "VN")),
    ("recruitment_fees", "final_assembly", ("MY", "TH")),
    ("forced_labour", "circuit_boards", ("CN", "MY")),
    ("conflict_minerals", "mines", ("CD",)),
    ("chemicals", "displays", ("CN", "KR")),
    ("association", "final_assembly", ("CN", "VN")),
    ("wages", "batteries", ("PH", "CN")),
    ("health_safety", "recyclers", ("GH", "PK")),
    ("child_labour", "mines", ("CD", "MG")),
    ("waste", "recyclers", ("GH", "NG")),
    ("emissions", "chips", ("TW", "KR")),
)
"""Issue, stage, and countries where the risk is high."""
ACTIONS = {
    "hours": (
        "Orders fixed six weeks ahead; weekly hours reported by site",
        "Share of weeks above 60 hours",
    ),
    "recruitment_fees": (
        "Interviews before departure, fees repaid by the employer",
        "Workers repaid, and share of interviews without fees",
    ),
    "forced_labour": (
        "Origin of board suppliers traced; contracts in the workers' language",
        "Share of suppliers traced to the site",
    ),
    "conflict_minerals": (
        "Smelters outside an audit programme asked to join or replaced",
        "Share of smelters in a programme",
    ),
    "chemicals": (
        "Solvents on the list replaced, exposure measured twice a year",
        "Sites with measured values below the limit",
    ),
    "association": (
        "Training of elected representatives with a local labour organisation",
        "Sites with freely elected representatives",
    ),
    "wages": (
        "Gap to a living wage measured, piece rates reviewed",
        "Gap in per cent, by site",
    ),
    "health_safety": (
        "Joint visits with the recycler, dust extraction as a condition",
        "Accidents per million hours",
    ),
    "child_labour": (
        "Support of schooling in two mining communities through a partner",
        "Children back at school after a year",
    ),
    "waste": ("Treatment only in audited plants, export stopped", "Share of weight traced"),
    "emissions": (
        "Renewable electricity agreed with the three largest suppliers",
        "Share of renewable electricity",
    ),
    "other": ("Cause analysed, plan agreed with the site", "Findings closed in time"),
}
BRANDS = ("Aurelith", "Bergwald", "Corvanta", "Domirel", "Elantavo", "Feldspan", "Kestrivo")
LABELS = {
    "laptop": (("tco_certified", "Generation 10"), ("epeat", "Gold"), ("blue_angel", "2024")),
    "desktop": (("tco_certified", "Generation 10"), ("energy_star", "9.0")),
    "monitor": (("tco_certified", "Generation 10"), ("epeat", "Silver")),
    "tablet": (("tco_certified", "Generation 9"), ("epeat", "Silver")),
    "smartphone": (("tco_certified", "Generation 10"), ("blue_angel", "2022")),
    "server": (("epeat", "Bronze"), ("energy_star", "4.0")),
    "network": (("energy_star", "1.2"),),
    "printer": (("blue_angel", "2021"), ("nordic_swan", "7.1")),
    "accessories": (("tco_certified", "Generation 9"),),
    "services": (("iso_14001", "2015"),),
}
LIFETIMES = {
    "laptop": (5, 6),
    "desktop": (5, 7),
    "monitor": (3, 7),
    "tablet": (5, 5),
    "smartphone": (5, 7),
    "server": (7, 7),
    "network": (7, 6),
    "printer": (4, 7),
    "accessories": (2, 4),
    "services": (5, 5),
}
"""Years of updates and of spare parts of an average supplier."""
