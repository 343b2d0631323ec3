"""Where one Asterisk instance keeps its things, whom it runs as, and how it is found again.

The configuration, data and logs of an instance lie in `<state_dir>/asterisk`. Its control socket lies in
`run` beside them, or, where that path would be too long for a socket, in a private folder below the
temporary directory whose name follows from the state directory. A pid file tells a later controller which
process it is: pid, start time in kernel ticks (so that a pid used again is not mistaken for it) and socket.
"""

import os
import pwd
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from dialplans.layout import CONFIGURATION, SOCKET_NAME, Layout
from runtime.asterisk_install import AsteriskError, AsteriskInstall


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account of this machine that Asterisk runs as."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The instance below one state directory."""

    state_dir: Path

    @property
    def layout(self) -> Layout:
        """The folders of the instance."""
        return Layout(folder=self.state_dir / "asterisk")

    @property
    def configuration(self) -> Path:
        """The file that Asterisk is started with."""
        return self.layout.etc / CONFIGURATION

    @property
    def pid_file(self) -> Path:
        """Pid, start time and control socket of the running instance, a line each."""
        return self.layout.folder / "asterisk.pid"

    @property
    def console_log(self) -> Path:
        """What Asterisk prints before and beside its own log."""
        return self.layout.log / "console.log"

    @property
    def music_file(self) -> Path:
        """The music that callers hear while they wait."""
        return self.layout.music / "centrala.wav"

    def prepare(self, account: Account | None) -> None:
        """Make the folders; give `account` what it must write, and let its group read the configuration."""
        for folder in self.layout.written:
            _own_folder(folder, account)
        if account is not None:
            os.chown(self.layout.etc, -1, account.gid)
            self.layout.etc.chmod(0o2750)
            for file in self.layout.etc.iterdir():
                os.chown(file, -1, account.gid)

    def write_pid(self, pid: int) -> None:
        """Remember the process that was started."""
        text = f"{pid}\n{start_of(pid)}\n{self.layout.control_socket}\n"
        self.pid_file.write_text(text, encoding="utf-8")

    def read_pid(self) -> tuple[int, Path] | None:
        """Return pid and control socket of the instance if that same process still lives, else None."""
        try:
            pid, start, control = self.pid_file.read_text(encoding="utf-8").splitlines()
            number = int(pid)
        except (OSError, ValueError):
            return None
        return (number, Path(control)) if is_alive(number) and start_of(number) == start else None

    def forget(self) -> None:
        """Remove the pid file and what a stopped instance leaves in its run folder."""
        self.pid_file.unlink(missing_ok=True)
        run = self.layout.run
        if run.is_dir():
            for name in (SOCKET_NAME, "asterisk.pid"):
                (run / name).unlink(missing_ok=True)
            if run.parent != self.layout.folder:
                run.rmdir()


def _own_folder(folder: Path, account: Account | None) -> None:
    """Make `folder` private to whoever runs Asterisk; refuse one that a stranger has put there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    owners = {os.geteuid(), account.uid} if account is not None else {os.geteuid()}
    if os.geteuid() != 0 or folder.parent == Path(tempfile.gettempdir()):
        found = folder.lstat()
        if folder.is_symlink() or found.st_uid not in owners | {0}:
            raise AsteriskError(
                f"{folder} belongs to somebody else: remove it, or use another state directory"
            )
    if os.geteuid() == 0:
        who = (account.uid, account.gid) if account is not None else (0, 0)
        for entry in (folder, *folder.rglob("*")):
            os.chown(entry, *who, follow_symlinks=False)
    folder.chmod(0o700)


def account_for(name: str, *, install: AsteriskInstall, place: Place) -> tuple[Account | None, str]:
    """Return the account that Asterisk shall run as, and why it is not `name` where it is not.

    None stands for the account of this process. Only root can choose; and the account must be able to run
    Asterisk and to reach the state directory.
    """
    if os.geteuid() != 0 or name in ("", "root"):
        return None, ""
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None, f"there is no account {name}"
    account = Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)
    if not _may(account, [*install.command, "-V"]):
        return None, f"{name} cannot run {install.command[-1]}"
    for test, folder in (("-x", place.layout.folder), ("-r", install.modules_dir), ("-r", install.data_dir)):
        if not _may(account, ["test", test, str(folder)]):
            return None, f"{name} cannot reach {folder}"
    return account, ""


def _may(account: Account, command: list[str]) -> bool:
    """Return whether `command` succeeds when run as `account`."""
    try:
        done = subprocess.run(  # noqa: S603 -- our own fixed commands, no shell
            command, user=account.uid, group=account.gid, extra_groups=[], cwd="/", check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def is_alive(pid: int) -> bool:
    """Return whether the process exists and is not merely waiting to be reaped."""
    return _stat(pid)[:1] not in ([], ["Z"], ["X"])


def start_of(pid: int) -> str:
    """Return when the process started, in kernel ticks after the boot; "" where it is gone."""
    fields = _stat(pid)
    return fields[19] if len(fields) > 19 else ""  # noqa: PLR2004 -- field 22 of proc(5), two cut off


def _stat(pid: int) -> list[str]:
    """Return the fields of `/proc/<pid>/stat` that follow the command's name, [] where there is none."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()
