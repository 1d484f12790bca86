"""Start a native library so that it cannot reach the network.

MediaPipe's releases report on their own performance and use to Google, every minute and at the end (seen in 1.2.2;
https://github.com/google-ai-edge/mediapipe/issues/6291), and no option or environment variable of theirs stops that.
On Linux the kernel can: a seccomp filter makes socket() fail in one thread and in every thread started from it, and
leaves the rest of the process alone. It is meant for a library that reports, not against one that attacks. Other
systems have no such filter for a part of a process.
"""

import ctypes
import errno
import platform
import struct
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple, TypeVar

Started = TypeVar("Started")


class _Machine(NamedTuple):
    """What Linux calls a processor, and two of its system calls by number."""

    audit_arch: int
    socket: int
    seccomp: int


_MACHINES: Final = {
    "x86_64": _Machine(audit_arch=0xC000003E, socket=41, seccomp=317),
    "aarch64": _Machine(audit_arch=0xC00000B7, socket=198, seccomp=277),
}
"""From the kernel's headers linux/audit.h and asm/unistd.h."""

_PR_SET_NO_NEW_PRIVS: Final = 38
"""Lets a process without privileges set a filter (linux/prctl.h)."""

_SET_MODE_FILTER: Final = 1
_SPEC_ALLOW: Final = 4
"""From linux/seccomp.h; without SPEC_ALLOW, kernels before 5.16 slow every filtered thread down."""

_LOAD, _SKIP_UNLESS_EQUAL, _RETURN = 0x20, 0x15, 0x06
"""BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K and BPF_RET|BPF_K (linux/bpf_common.h)."""

_INSTRUCTION: Final = struct.Struct("HBBI")
"""struct sock_filter: code, instructions to skip if true, and if false, operand."""

_NUMBER_AT, _ARCH_AT = 0, 4
"""Bytes into struct seccomp_data."""

_FAIL: Final = 0x00050000 | errno.EACCES
_ALLOW: Final = 0x7FFF0000


def start_without_sockets(start: Callable[[], Started]) -> Started:
    """Return what ``start`` returns, called in a thread of its own in which no socket can be opened.

    Every thread begun by ``start``, or later by those threads, is bound alike for as long as it lives; the caller and
    its other threads are not. Sockets of all kinds fail with EACCES, local ones too, because names can be looked up
    through them. Where there is no such filter (macOS, Windows, other processors, a container that forbids it)
    ``start`` runs all the same, with the network in reach.
    """
    with ThreadPoolExecutor(1, initializer=_deny_sockets_to_this_thread) as thread:
        return thread.submit(start).result()


def _deny_sockets_to_this_thread() -> None:
    """Set the filter; a system that refuses leaves the thread as it was."""
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        return
    instructions = _filter(machine)
    memory = ctypes.create_string_buffer(instructions)
    program = struct.pack("HP", len(instructions) // _INSTRUCTION.size, ctypes.addressof(memory))
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, *map(ctypes.c_ulong, (1, 0, 0, 0)))
    numbers = map(ctypes.c_long, (machine.seccomp, _SET_MODE_FILTER, _SPEC_ALLOW))
    libc.syscall(*numbers, program)


def _filter(machine: _Machine) -> bytes:
    """Assemble the filter: fail on socket() as this processor numbers it, allow everything else."""
    program = (
        (_LOAD, 0, 0, _ARCH_AT),
        (_SKIP_UNLESS_EQUAL, 0, 3, machine.audit_arch),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_SKIP_UNLESS_EQUAL, 0, 1, machine.socket),
        (_RETURN, 0, 0, _FAIL),
        (_RETURN, 0, 0, _ALLOW),
    )
    return b"".join(_INSTRUCTION.pack(*instruction) for instruction in program)
