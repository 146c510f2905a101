"""The subcommands of the command ``oscillators``, one module each."""
