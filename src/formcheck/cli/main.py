"""The command line: parse, call, print. `cli.exits` says how commands end.

Whatever loads a heavy library is imported by the command that needs it: ``--help`` and a mistyped option need none
of them.
"""

# ruff: noqa: PLC0415  # see above

import argparse
import io
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

from formcheck import __version__
from formcheck.cli.exits import DONE, NOBODY_LISTENS, STOPPED, TERMINATED, WITHHELD, WRONG_USAGE, complain, exit_code
from formcheck.records.errors import FormcheckError, UsageError
from formcheck.records.options import MODEL_NAMES, OPTIONS, Option
from formcheck.words.catalogue import ENGLISH

MODEL_VARIABLE: Final = "FORMCHECK_MODEL"
DEFAULT_MODEL: Final = "full"
DEFAULT_OUTPUT: Final = "formcheck-out"
COMMANDS: Final = "formcheck.commands"
"""Entry points that add commands to the line; the HTTP service's come in so, and formcheck does not know it."""

say: Final = ENGLISH.say


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (default: the process's own); the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # names may hold letters that the terminal's encoding does not know
    try:
        with _unwinding_on_sigterm():
            try:
                options = _parser().parse_args(arguments)
                code: int = options.run(options)
            finally:
                sys.stdout.flush()  # here, where an output that is full or closed can still be reported
    except FormcheckError as error:
        for line in str(error).splitlines():  # several broken truth files are reported at once
            complain(line)
        return exit_code(error)
    except KeyboardInterrupt:
        complain(say("terminal.interrupted"))
        return STOPPED
    except BrokenPipeError:  # "| head" has seen enough; what is still in the buffer must not be tried again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOBODY_LISTENS
    except (ImportError, OSError) as error:  # a library that does not load, an output that is full
        complain(say("terminal.see_doctor", error=error))
        return WRONG_USAGE
    return code


@contextmanager
def _unwinding_on_sigterm() -> Iterator[None]:
    """A stopped container leaves nothing half-written either."""

    def leave(_number: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(TERMINATED)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


# --- what is done


def _analyze(options: argparse.Namespace) -> int:
    from formcheck.cli.analyze import analyze_clips

    return analyze_clips(options)


def _compare(options: argparse.Namespace) -> int:
    from formcheck.cli.compare import compare_clips

    return compare_clips(options)


def _verify(options: argparse.Namespace) -> int:
    from formcheck.cli.verify.command import verify_folder

    return verify_folder(options)


def _doctor(_options: argparse.Namespace) -> int:
    from formcheck.cli.doctor import examine

    problems = 0
    for check in examine(_default_model()):
        problems += bool(check.problem)
        sys.stdout.write(f"{_mark(check.problem):8}{check.name:16}{check.problem or check.found}\n")
        sys.stdout.flush()  # the next check may take a while
    sys.stdout.write((say("terminal.not_ready", count=problems) if problems else say("terminal.ready")) + "\n")
    return WRONG_USAGE if problems else DONE


def _mark(problem: str) -> str:
    return say("doctor.missing") if problem else say("doctor.ok")


def _models(_options: argparse.Namespace) -> int:
    from formcheck.vision.weights.models import list_models

    here = {model.name: model for model in list_models()}
    for name in MODEL_NAMES:
        place = here[name].path if name in here else say("terminal.no_model", name=name)
        sys.stdout.write(f"{name:8}{place}\n")
    return DONE


def _pull(options: argparse.Namespace) -> int:
    from formcheck.cli.progress import shown_progress
    from formcheck.vision.weights.models import find_model

    with shown_progress(options.name) as tell:
        model = find_model(options.name, on_progress=tell)
    sys.stdout.write(f"{model.path}\n")
    return DONE


# --- what can be typed


class _Parser(argparse.ArgumentParser):
    """Reports a mistake in one line instead of a page of usage."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(say("terminal.see_help", error=message, program=self.prog))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="formcheck", description=say("help.about"))
    parser.add_argument("--version", action="version", version=f"formcheck {__version__}", help=say("help.version"))
    commands = parser.add_subparsers(title=say("help.commands"), metavar="COMMAND", required=True)
    analyze = commands.add_parser("analyze", help=say("help.analyze"), allow_abbrev=False)
    _add_clips_and_answers(analyze)
    _add_facts(analyze.add_argument_group(say("help.run")))
    analyze.set_defaults(run=_analyze)
    compare = commands.add_parser("compare", help=say("help.compare"), allow_abbrev=False)
    _add_comparison(compare)
    _add_facts(compare.add_argument_group(say("help.compare_clips")))
    compare.set_defaults(run=_compare)
    verify = commands.add_parser("verify", help=say("help.verify"), allow_abbrev=False)
    _add_verification(verify)
    verify.set_defaults(run=_verify)
    commands.add_parser("doctor", help=say("help.doctor")).set_defaults(run=_doctor)
    models = commands.add_parser("models", help=say("help.models"))
    models.set_defaults(run=_models)
    pull = models.add_subparsers(title=say("help.actions"), metavar="ACTION").add_parser("pull", help=say("help.pull"))
    pull.add_argument("name", choices=MODEL_NAMES, help=say("help.pull_name"))
    pull.set_defaults(run=_pull)
    for entry in entry_points(group=COMMANDS):
        entry.load()(commands)
    return parser


def _add_clips_and_answers(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("clips", nargs="+", type=Path, metavar="CLIP", help=say("help.clips"))
    add(
        "-o",
        dest="output",
        type=Path,
        default=Path(DEFAULT_OUTPUT),
        metavar="DIR",
        help=say("help.output", default=DEFAULT_OUTPUT),
    )
    _add_model(parser)
    add(
        "--blur-faces",
        action="store_true",
        help=say("help.blur_faces"),
    )
    add("--no-video", dest="video", action="store_false", help=say("help.no_video"))
    add("--session", action="store_true", help=say("help.session"))
    add("--json", action="store_true", help=say("help.json"))
    add("--strict", action="store_true", help=say("help.strict", code=WITHHELD))


def _add_comparison(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("first", nargs="?", type=Path, metavar="BEFORE", help=say("help.compare_first"))
    add("last", nargs="?", type=Path, metavar="AFTER", help=say("help.compare_last"))
    add("--before", nargs="+", type=Path, metavar="CLIP", help=say("help.compare_before"))
    add("--after", nargs="+", type=Path, metavar="CLIP", help=say("help.compare_after"))
    add("--json", metavar="FILE", help=say("help.compare_json"))
    add("--html", metavar="FILE", help=say("help.compare_html"))
    add("--strict", action="store_true", help=say("help.compare_strict", code=WITHHELD))
    _add_model(parser)


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model",
        default=_default_model(),
        help=say("help.model", variable=MODEL_VARIABLE, default=DEFAULT_MODEL),
    )


def _add_verification(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("folder", type=Path, metavar="FOLDER", help=say("help.folder"))
    add("--junit", type=Path, metavar="FILE", help=say("help.junit"))
    add("--json", type=Path, metavar="FILE", help=say("help.checks"))
    add("--update", action="store_true", help=say("help.update"))
    _add_model(parser)
    add("--jobs", type=_count, metavar="N", help=say("help.jobs"))
    add("-v", "--verbose", action="store_true", help=say("help.verbose"))


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(say("terminal.not_a_count", text=repr(text)))
    return int(text)


def _add_facts(group: "argparse._ArgumentGroup") -> None:
    for name, option in OPTIONS.items():
        group.add_argument(
            option.flag,
            dest=name,
            type=_within(option.low, option.high, f"{option.unit}, e.g. {option.example}"),
            metavar=option.metavar,
            default=option.default,
            help=_help_of(option),
        )


def _help_of(option: Option) -> str:
    if option.default is None:
        return option.help
    return say("help.default", help=option.help, value=f"{option.default:g}")


def _default_model() -> str:
    return os.environ.get(MODEL_VARIABLE) or DEFAULT_MODEL


def _within(low: float, high: float, example: str) -> Callable[[str], float]:
    def number(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(
                say("terminal.not_a_number", text=repr(text), low=f"{low:g}", high=f"{high:g}", example=example)
            )
        return value

    return number
