"""The commands by name; a command's module is imported when it is called."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from datetime import date
from importlib import import_module
from typing import Any

import click

from translate.core.diagnostics import DialectError

# command     module                       help
COMMANDS = {
    "convert":   ("translate.cli.convert",   "Translate policies and prove it (the default command)."),
    "check":     ("translate.cli.check",     "Look for what is not meant, and foresee what a translation loses."),
    "verify":    ("translate.cli.verify",    "Prove two inputs the same, or print a packet that differs."),
    "diff":      ("translate.cli.diff",      "Say what changes: who reaches whom on what, every difference."),
    "roundtrip": ("translate.cli.roundtrip", "Translate there and back: meaning (proof) and structure (deepdiff)."),
    "explain":   ("translate.cli.explain",   "Walk one connection rule by rule: what decides it, or the nearest miss."),
    "matrix":    ("translate.cli.matrix",    "Say who may reach whom on what, by groups: text, csv, json, svg, dot."),
    "testplan":  ("translate.cli.testplan",  "Write pods and commands that test on a cluster what the policies say."),
    "collect":   ("translate.cli.collect",   "Take a snapshot of a cluster, as input and facts (read only)."),
    "report":    ("translate.cli.report",    "Tell all of a migration on one page: html, markdown, json."),
    "fleet":     ("translate.cli.fleet",     "Translate or compare many clusters at once; one table of all."),
    "facts":     ("translate.cli.facts",     "Write a facts file out of what a cluster prints of itself."),
    "rule":      ("translate.cli.catalogue", "Say what a code of a loss, refusal or note means and what to do."),
    "schema":    ("translate.cli.schema",    "Print the JSON Schema of what is printed for programs."),
    "fn":        ("translate.cli.fn",        "Run as a KRM function of kustomize and kpt: ResourceList in and out."),
    "post-render": ("translate.cli.post_render", "Run as a post-renderer of Helm: manifests in and out."),
    "completion": ("translate.cli.catalogue", "Print the script that completes commands in bash, zsh or fish."),
    "dialects":  ("translate.cli.catalogue", "List what each dialect can say: exact, approximated, refused."),
    "version":   ("translate.cli.catalogue", "Print the version."),
}  # fmt: skip
ELSEWHERE = {
    "help": "--help",
    "translate": "convert",
    "migrate": "convert",
    "validate": "check",
    "lint": "check",
    "compare": "verify",
}
"""Words that other programs have for what a command here does."""
DEFAULT, PROGRAM = "convert", "netpol-translate"
OK, FOUND, TROUBLE, UNDECIDED = 0, 1, 2, 3

OUT_OF_MEMORY = (
    "there is not enough memory: give the run more, or less to do at once (fewer files, -j 1), or let proofs end sooner"
    " (--max-memory MIB)"
)

EXIT_CODES = """\b
Exit codes
  0  everything exact or accepted, no finding; verify, diff, roundtrip: proved the same; explain: allowed
  1  a loss that nobody accepted (still written), a finding; verify, diff, roundtrip: they differ; explain: denied
  2  trouble: usage, invalid input, something refused; only --keep-going writes then
  3  a proof is undecided; explain: it depends on what nobody told"""


class Commands(click.Group):
    """A group that loads commands lazily and takes anything else as arguments of the default command."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command and take the function of its name, with ``_`` for ``-``."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(COMMANDS[cmd_name][0]), cmd_name.replace("-", "_"))
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List commands from the table, without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command in front where the first word is none."""
        if args and args[0] not in COMMANDS and args[0] not in ("-h", "--help", "--version"):
            _check_command(args[0])
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)


def _check_command(word: str) -> None:
    """Raise UsageError for a word that is nearly a command, or one elsewhere, and no file: it would be read as one."""
    if word.isalpha() and not os.path.lexists(word):
        from translate.core.near import near  # not for the usual case

        meant = ELSEWHERE.get(word.casefold())
        remark = f"; did you mean {meant!r}?" if meant else near(word, COMMANDS)
        if remark:
            raise click.UsageError(f"no such command or file: {word!r}{remark}")


@click.group(
    cls=Commands,
    invoke_without_command=True,
    subcommand_metavar="[COMMAND] [ARGS]...",  # click before 8.4.2 leaves the brackets out
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog=EXIT_CODES,
)
@click.version_option(package_name="netpol-translate", prog_name=PROGRAM, message="%(prog)s %(version)s")
@click.pass_context
def commands(ctx: click.Context) -> None:
    """Translate network policies among Kubernetes, Calico and Cilium, and prove that the meaning was kept.

    \b
      netpol-translate --to calico policies.yaml > calico.yaml
      netpol-translate verify policies.yaml calico.yaml
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def run(args: list[str], *, clock: Callable[[], date] | None = None) -> int:
    """Run the command line on the day that ``clock`` says (today); the exit code.

    click's own 1 becomes 2, so that 1 only means "found something".
    """
    try:
        code: Any = commands.main(args=args, prog_name=PROGRAM, standalone_mode=False, obj=clock)
        return code if isinstance(code, int) else OK
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        return TROUBLE
    except click.ClickException as error:
        error.show()
        return TROUBLE
    except DialectError as error:
        click.echo(f"netpol-translate: error: {error}", err=True)
        return TROUBLE
    except OSError as error:
        if not _names_a_file(error):
            raise  # nothing but a stream has no name
        _say_trouble(error)
        return TROUBLE
    except MemoryError:
        click.echo(f"netpol-translate: error: {OUT_OF_MEMORY}", err=True)
        return TROUBLE
    except SystemExit as stop:
        # click's own way out of a broken pipe is 1, which here means "found something".
        return OK if stop.code in (None, 0) else TROUBLE
    except Exception as error:
        if _is_asked_to_stop(error):
            raise
        if "-vv" in args:
            import traceback  # not needed for --help, and not light

            traceback.print_exc()
            return TROUBLE
        click.echo(f"netpol-translate: internal error: {type(error).__name__}: {error!s:.200}", err=True)
        click.echo(
            "This is a defect of netpol-translate; nothing was written. Run again with -vv for details.", err=True
        )
        return TROUBLE


def _is_asked_to_stop(error: BaseException | None) -> bool:
    """Whether what led to an error is no error."""
    while error is not None:
        if not isinstance(error, (Exception, GeneratorExit)):
            return True
        error = error.__cause__ or error.__context__
    return False


def _names_a_file(error: OSError) -> bool:
    return error.filename is not None or error.errno == errno.ENOENT


def _say_trouble(error: OSError) -> None:
    from translate.core.diagnostics import Problem  # only where something is wrong
    from translate.core.origin import Origin
    from translate.rendering import text
    from translate.rendering.terminal import terminal

    place = os.fsdecode(error.filename) if error.filename is not None else "the current folder"
    problem = Problem(message=f"cannot be used: {error.strerror or error}", origin=Origin(place))
    text.problems((problem,), terminal(sys.stderr))
