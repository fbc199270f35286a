"""Figures that steer the demo's answers, by question id (pure data, all invented)."""

from collections.abc import Mapping

EASE: Mapping[str, float] = {
    "B.01": 0.12,
    "B.06": -0.28,
    "C.01": 0.14,
    "C.05": -0.12,
    "D.01": 0.05,
    "E.05": -0.22,
    "E.06": -0.1,
    "F.02": -0.12,
    "F.06": 0.08,
    "F.10": -0.15,
    "F.11": -0.05,
    "G.05": -0.25,
    "G.06": -0.12,
    "G.07": -0.1,
    "H.01": 0.05,
    "H.04": -0.12,
    "H.06": 0.15,
    "H.07": 0.12,
    "J.08": -0.2,
    "K.04": 0.1,
    "K.06": -0.15,
    "K.10": 0.18,
    "L.03": 0.2,
}
"""How much easier (or, below 0, harder) a question is than the average one."""

LADDERS: Mapping[str, int] = {
    "B.03": 1,
    "C.04": 1,
    "D.01": 1,
    "D.04": -1,
    "D.06": -1,
    "F.01": -1,
    "F.09": 1,
    "I.05": -1,
    "K.02": 1,
}
"""Questions whose options rise (1) or fall (-1) from first to last."""

RANGES: Mapping[str, tuple[float, float]] = {
    "C.03": (35, 100),
    "F.03": (0, 70),
    "F.08": (45, 100),
    "J.03": (20, 100),
    "J.07": (15, 100),
    "K.03": (5, 55),
}
"""Between which numbers answers lie."""

TIERS: Mapping[str, float] = {
    "final_assembly": 0.25,
    "circuit_boards": 0.05,
    "chips": -0.12,
    "displays": 0.0,
    "batteries": 0.05,
    "smelters": -0.15,
    "mines": -0.35,
    "recyclers": -0.05,
    "association": -0.2,
    "health_safety": 0.15,
    "forced_labour": 0.1,
    "gold": 0.15,
    "tin": 0.1,
    "mica": -0.2,
    "graphite": -0.15,
}
"""How much easier one row of a matrix is: far stages are known less than near ones."""

STAFF: Mapping[str, tuple[float, float]] = {
    "1_49": (0, 1),
    "50_249": (0, 2),
    "250_999": (1, 6),
    "1000_4999": (2, 12),
    "5000_plus": (9, 46),
}
"""Full-time equivalents by headcount band."""

LABEL_PROVES: Mapping[str, tuple[int, int, int]] = {
    "forced_labour": (1, 4, 3),
    "child_labour": (2, 4, 2),
    "association": (0, 3, 5),
    "discrimination": (0, 3, 5),
    "health_safety": (2, 5, 1),
    "wages": (0, 2, 6),
    "hours": (1, 4, 3),
    "recruitment_fees": (0, 2, 6),
    "conflict_minerals": (1, 5, 2),
    "chemicals": (6, 2, 0),
    "land_community": (0, 1, 7),
    "emissions": (5, 3, 0),
    "waste": (4, 3, 1),
}
"""Of eight suppliers, how many say that labels prove an issue: wholly, partly, not."""

READINESS: Mapping[str, float] = {
    "site_list": 0.05,
    "no_fees": -0.1,
    "monitoring": -0.25,
    "smelters": -0.1,
    "lifetime": 0.05,
    "end_of_life": 0.12,
}
"""How much easier a draft criterion is to meet than the average one."""

MINERALS: Mapping[str, float] = {
    "tin": 1.0,
    "tantalum": 0.8,
    "tungsten": 0.75,
    "gold": 1.0,
    "cobalt": 0.8,
    "lithium": 0.7,
    "nickel": 0.9,
    "graphite": 0.5,
    "copper": 1.0,
    "mica": 0.35,
}
"""How likely a mineral is in a device."""
