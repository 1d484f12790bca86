"""Commands and code as a document shows them, and what the program offers of them."""

import re
import shlex
import subprocess
import sys
from functools import cache


def code_blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[list[str]]:
    """Every ``formcheck ...`` line of the shell blocks, as words; a backslash joins lines."""
    lines = "\n".join(code_blocks(text, "sh")).replace("\\\n", " ").splitlines()
    words = [shlex.split(line, comments=True) for line in lines]
    return [line[1:] for line in words if line and line[0] == "formcheck"]


@cache
def help_of(*command: str) -> str:
    answer = subprocess.run(
        [sys.executable, "-m", "formcheck", *command, "--help"], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, f"formcheck {' '.join(command)} --help: {answer.stderr}"
    return answer.stdout


def offers(help_text: str, option: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", help_text) is not None


def options(words: list[str]) -> list[str]:
    return [word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)]
