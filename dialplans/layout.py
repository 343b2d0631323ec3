"""Where the folders of one Asterisk instance are: beside its configuration, but for a long control socket."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

SOCKET_PATH_MAX = 100
"""A socket's path may have 107 bytes on Linux; a few are left for names derived from it."""
SOCKET_NAME = "asterisk.ctl"
CONFIGURATION = "asterisk.conf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The folders of the instance whose own folder is `folder`."""

    folder: Path

    @property
    def etc(self) -> Path:
        """The rendered configuration."""
        return self.folder / "etc"

    @property
    def run(self) -> Path:
        """The control socket's folder, below the temporary directory where the path would be too long."""
        wanted = self.folder / "run"
        if len(os.fsencode(wanted / SOCKET_NAME)) <= SOCKET_PATH_MAX:
            return wanted
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"centrala-{name}"

    @property
    def control_socket(self) -> Path:
        """The socket of Asterisk's console."""
        return self.run / SOCKET_NAME

    @property
    def database(self) -> Path:
        """Where Asterisk keeps its own small database, such as phones' registrations."""
        return self.folder / "db"

    @property
    def keys(self) -> Path:
        """Certificates that Asterisk makes for itself."""
        return self.folder / "keys"

    @property
    def log(self) -> Path:
        """Asterisk's log."""
        return self.folder / "log"

    @property
    def spool(self) -> Path:
        """Spooled files; recordings lie below."""
        return self.folder / "spool"

    @property
    def messages(self) -> Path:
        """Messages that callers left, until they are taken over: `<call>.wav`."""
        return self.spool / "messages"

    @property
    def talks(self) -> Path:
        """Talks as they are recorded, until they are taken over: `<call>@<offer>@<ms>-<side>.wav`."""
        return self.spool / "talks"

    @property
    def beep(self) -> Path:
        """The sound before a recording begins."""
        return self.folder / "sounds" / "beep.wav"

    @property
    def music(self) -> Path:
        """The music that callers hear while they wait."""
        return self.folder / "moh"

    @property
    def written(self) -> tuple[Path, ...]:
        """The folders that Asterisk itself writes to."""
        return (self.run, self.database, self.keys, self.log, self.spool, self.messages, self.talks)
