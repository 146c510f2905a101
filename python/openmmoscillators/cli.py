"""The command ``oscillators``."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import openmm
import typer

from .commands import (
    benchmark,
    check,
    confine,
    data,
    demo,
    device,
    evaluate,
    generate,
    info,
    learn,
    plot,
    record,
    thermodynamics,
)
from .errors import OscillatorsError
from .stumbles import explain

_INTERRUPTED = 130  # what Typer makes of a KeyboardInterrupt

app = typer.Typer(
    name="oscillators",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Generative networks of driven oscillators in OpenMM.\n\n"
    "A network learns, from forces that can be measured, a driving protocol that turns noise into data:\n\n"
    "  oscillators data mnist --digits 0,1 --size 10 -o digits.h5\n\n"
    "  oscillators learn digits.h5 -o protocol.h5\n\n"
    "  oscillators generate protocol.h5 --samples 1000 -o samples.h5md\n\n"
    "  oscillators evaluate samples.h5md --against digits.h5\n\n"
    "  oscillators plot samples samples.h5md -o samples.png",
)
app.add_typer(data.app, name="data")
app.command()(record.record)
app.command()(learn.learn)
app.command()(device.device)
app.command()(confine.confine)
app.command()(generate.generate)
app.command()(evaluate.evaluate)
app.add_typer(plot.app, name="plot")
app.add_typer(thermodynamics.app, name="thermodynamics")
app.command()(check.check)
app.command()(check.repair)
app.command()(demo.demo)
app.command()(benchmark.benchmark)
app.command()(info.info)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command line.

    Args:
        arguments: without the program's name; None for those of this process.

    Returns:
        Exit status: 0; 1 if something failed; 2 if the command line makes no sense; 130 if
        interrupted. Errors are one line on standard error.
    """
    try:
        status = app(args=arguments, prog_name="oscillators", standalone_mode=False) or 0
        return _fail("interrupted", status) if status == _INTERRUPTED else status
    except typer.TyperException as error:
        message = error.format_message()  # empty where a bare command has shown its help
        return _fail(f"{message} (see --help)", 2) if message else 2
    except openmm.OpenMMException as error:
        return _fail(explain(str(error)), 1)
    except (OscillatorsError, OSError, MemoryError) as error:
        return _fail(str(error) or type(error).__name__, 1)


def _fail(message: str, status: int) -> int:
    print(f"oscillators: {' '.join(message.split())}", file=sys.stderr)
    return status


def main() -> None:
    """Entry point of the installed command."""
    sys.exit(run())


if __name__ == "__main__":
    main()
