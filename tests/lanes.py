"""How the tests are shared out when several processes run them (`-n` of pytest-xdist).

Theory of operation. Tests own their ports and folders, so that any two files can go on at once; a file stays
in one process, in its order. The first process takes files from the front of the collection, where the
end-to-end calls are, which wait for telephony most of the time; all others take files from its back, where
decisions are computed. They meet in the middle: the slow half of the suite waits while the fast half works,
and no figure of how long a file takes has to be kept anywhere.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController


class Lanes(LoadScopeScheduling):
    """One process from the front, the others from the back, a file at a time."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        """Start with nothing shared out."""
        super().__init__(config, log)
        self._front: WorkerController | None = None

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.split("::", 1)[0]

    def _assign_work_unit(self, node: WorkerController) -> None:
        """Have the next file of the node's own end come first, which is where it is taken from."""
        if self._front not in self.nodes:
            self._front = node
        if node is not self._front:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)
