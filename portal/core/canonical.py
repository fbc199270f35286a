"""Canonical JSON and its SHA-256: the same content always gives the same bytes and hash."""

import json
from hashlib import sha256


def canonical_json(value: object) -> str:
    """JSON with sorted keys, no spaces, Unicode as is; refuses NaN and unknown types."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def content_hash(value: object) -> str:
    """SHA-256 in hexadecimal over the canonical JSON in UTF-8."""
    return sha256(canonical_json(value).encode()).hexdigest()
