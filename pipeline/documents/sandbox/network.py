"""Put this process into a network of its own that leads nowhere; called once by ``child``, before any file.

Source: unshare(2), user_namespaces(7).
"""

import contextlib
import os
import sys
from pathlib import Path

from pipeline.documents.sandbox.containment import NetworkCut

_NEW_NETWORK = 0x4000_0000
_NEW_USER = 0x1000_0000
_NO_NEW_PRIVILEGES = 38


def cut_network(*, platform: str = sys.platform) -> NetworkCut:
    """Leave the machine's network for an empty one where Linux allows it, and say what keeps the network away."""
    if not platform.startswith("linux"):
        return NetworkCut.AUDIT_HOOK
    import ctypes

    try:
        library = ctypes.CDLL(None, use_errno=True)
        library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        user, group = os.getuid(), os.getgid()
        # An administrator needs no new user, and would lose the right to read other people's files with one.
        if library.unshare(_NEW_NETWORK) == 0:
            return NetworkCut.NAMESPACE
        if library.unshare(_NEW_USER | _NEW_NETWORK) != 0:
            return NetworkCut.AUDIT_HOOK
    except (OSError, AttributeError):
        return NetworkCut.AUDIT_HOOK
    _keep_identity(user, group)
    return NetworkCut.NAMESPACE


def _keep_identity(user: int, group: int) -> None:
    """Be called by the same numbers inside as outside: LibreOffice looks up whose folders it uses."""
    for name, content in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with contextlib.suppress(OSError):
            Path("/proc/self", name).write_text(content, encoding="ascii")
