"""The error every part of this package raises for input it cannot use."""


class OscillatorsError(Exception):
    """Input that cannot be used; the message is one line: what was found and what was expected."""
