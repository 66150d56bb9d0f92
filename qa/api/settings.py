"""What a service is told when it starts, handed on to its worker processes through the environment."""

from __future__ import annotations

import ipaddress
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from qa.api.limits import DEADLINE, QUEUE
from qa.reader import SHIPPED

_VARIABLE = "FINANCEQA_SERVE"


@dataclass(frozen=True, slots=True)
class Settings:
    """Of one service.

    Attributes:
        index: address of the index.
        host: address to listen at.
        port: port to listen at.
        model: the reader, as `Reader.from_pretrained` takes it.
        keys: file of API keys; without it they are read from the environment.
        log_questions: whether logs have the text of questions.
        files: folder of uploads and feedback, for an index that is no folder itself.
        queue: requests that may wait for the reader.
        deadline: seconds from a request to its answer.
    """

    index: str
    host: str = "127.0.0.1"
    port: int = 8000
    model: str = SHIPPED
    keys: Path | None = None
    log_questions: bool = False
    files: Path | None = None
    queue: int = QUEUE
    deadline: float = DEADLINE

    @property
    def folder(self) -> Path:
        """Where uploads and feedback are kept."""
        return self.files or Path(self.index)

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def to_environment(self) -> None:
        """Leaves them for `from_environment` in this process and those that it starts."""
        os.environ[_VARIABLE] = json.dumps(asdict(self), default=str)

    @classmethod
    def from_environment(cls) -> Settings:
        """What `to_environment` left."""
        values = json.loads(os.environ[_VARIABLE])
        paths = {name: None if values[name] is None else Path(values[name]) for name in ("keys", "files")}
        return cls(**{**values, **paths})
