"""JSON that any reader takes: not-a-number and infinity, which JSON lacks, become null."""

from __future__ import annotations

import json
import math
from typing import Any


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    if hasattr(value, "tolist"):  # NumPy scalars and arrays
        return _plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def to_json(value: Any, indent: int | None = 2) -> str:
    """``value`` (dictionaries, lists, numbers, strings, NumPy's too) as JSON."""
    return json.dumps(_plain(value), indent=indent, allow_nan=False)
