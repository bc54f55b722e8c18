"""The ends of pipes to other programs that are ours: what they are given, and what they print."""

import asyncio
import fcntl
import os
import termios
import time
from array import array
from io import FileIO
from typing import Any, Final

_LOOK_EVERY: Final = 0.02


def unread_bytes(pipe: int) -> int:
    """How many bytes are in a pipe that nobody has read yet. Either of its ends will do."""
    count = array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, count)
    return count[0]


async def wait_until_read(pipe: int, seconds: float) -> int:
    """How many bytes nobody has read within `seconds`; 0 as soon as all are."""
    ends = time.monotonic() + seconds
    while (unread := unread_bytes(pipe)) and time.monotonic() < ends:  # noqa: ASYNC110 (no event tells it)
        await asyncio.sleep(_LOOK_EVERY)
    return unread


class Feed:
    """Writes data into a pipe as fast as there is room. `left` is what had none yet."""

    def __init__(self, pipe: FileIO) -> None:
        self._pipe = pipe
        self.left = memoryview(b"")
        os.set_blocking(pipe.fileno(), False)

    def add(self, data: bytes) -> None:
        """Have more to write."""
        self.left = memoryview(bytes(self.left) + data)

    async def write_and_close(self) -> None:
        """Until all is in the pipe, which is closed then."""
        with self._pipe:
            await self.write()

    async def write(self) -> None:
        """Until all is in the pipe. That nobody reads it is no error here."""
        loop = asyncio.get_running_loop()
        while self.left:
            written = self._pipe.write(self.left)
            if written is not None:
                self.left = self.left[written:]
                continue
            room = asyncio.Event()
            loop.add_writer(self._pipe, room.set)
            try:
                await room.wait()
            finally:
                loop.remove_writer(self._pipe)


class Output:
    """Keeps the beginning of what comes out of a pipe, and reads on, so that the writer never stalls."""

    _LIMIT: Final = 1 << 20

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self._beginning = bytearray()
        self._came = asyncio.Event()
        os.set_blocking(pipe, False)

    def __enter__(self) -> "Output":
        asyncio.get_running_loop().add_reader(self._pipe, self._read)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.get_running_loop().remove_reader(self._pipe)
        os.close(self._pipe)

    async def comes(self, ending: asyncio.Task[Any]) -> None:
        """Waits until more has come, or until `ending` is done."""
        self._came.clear()
        coming = asyncio.create_task(self._came.wait())
        try:
            await asyncio.wait({coming, ending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            coming.cancel()

    def _read(self) -> bool:
        self._came.set()
        try:
            chunk = os.read(self._pipe, 65536)
        except BlockingIOError:
            return False
        if not chunk:
            asyncio.get_running_loop().remove_reader(self._pipe)
        self._beginning += chunk[: self._LIMIT - len(self._beginning)]
        return bool(chunk)

    def drain(self) -> bytes:
        """The beginning of what has come so far, without waiting for more."""
        for _ in range(64):  # a program left behind may write for ever
            if not self._read():
                break
        return bytes(self._beginning)
