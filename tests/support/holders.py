"""The ways in which credentials reach the app, each on its own: what the tests of every source share."""

import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from pydantic import SecretStr

from butlr_tui.auth.credentials import TypedClient, TypedToken
from butlr_tui.config.profiles import (
    CredentialCommand,
    CredentialFile,
    CredentialVariables,
    Profile,
    Prompt,
    Source,
    TokenCommand,
    TokenFile,
    TokenVariable,
)
from butlr_tui.models import Credentials
from butlr_tui.operations.connect import connect
from butlr_tui.operations.session import Session
from butlr_tui.service.local import LocalService

PAIRS = ("credential variables", "credential command", "credential file", "stored pair", "typed pair")
TOKENS = ("token variable", "token command", "token file", "pasted token")
READ_AGAIN = ("token command", "token file")
"""The tokens that may have changed at their source."""


@dataclass
class Holder:
    """One source, holding `content` (JSON of a pair, or a token)."""

    kind: str
    file: Path
    content: str
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": os.environ["PATH"]})

    def __post_init__(self) -> None:
        self.put(self.content)
        if self.kind == "token variable":
            self.environment["BUTLR_TOKEN"] = self.content
        if self.kind == "credential variables":
            self.environment |= _variables(self.content)

    def put(self, content: str) -> None:
        """Another content, where the source is a file or a command."""
        self.file.touch(0o600)
        self.file.write_text(content)

    @property
    def source(self) -> Source:
        print_it = ("cat", str(self.file))
        sources: dict[str, Source] = {
            "credential variables": CredentialVariables(),
            "credential command": CredentialCommand(print_it),
            "credential file": CredentialFile(self.file),
            "stored pair": Prompt(self.file),
            "typed pair": Prompt(),
            "token variable": TokenVariable(),
            "token command": TokenCommand(print_it),
            "token file": TokenFile(self.file),
            "pasted token": Prompt(),
        }
        return sources[self.kind]

    async def sign_in(self, session: Session) -> None:
        """Types, where the source is the screen."""
        if self.kind == "typed pair":
            pair = _variables(self.content)
            secret = SecretStr(pair["BUTLR_CLIENT_SECRET"])
            await session.sign_in(TypedClient(pair["BUTLR_CLIENT_ID"], secret))
        if self.kind == "pasted token":
            await session.sign_in(TypedToken(SecretStr(self.content)))


@asynccontextmanager
async def session_of(
    holder: Holder, base_url: str, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[Session]:
    """A session that gets its credentials from there."""
    profile = Profile("p", base_url, holder.source)
    session = connect(profile, transport, environment=holder.environment)
    try:
        yield session
    finally:
        await session.aclose()


@asynccontextmanager
async def root_of(service: LocalService) -> AsyncIterator[Session]:
    """A session of whoever runs the service."""
    profile = Profile("root", "http://localhost", CredentialFile(service.root_file))
    session = connect(profile, httpx.ASGITransport(service.app))
    try:
        yield session
    finally:
        await session.aclose()


def as_json(pair: Credentials) -> str:
    """As files and commands hold it."""
    return json.dumps({"client_id": pair.client_id, "client_secret": pair.client_secret.get_secret_value()})


def _variables(content: str) -> Mapping[str, str]:
    try:
        pair = json.loads(content)
        return {"BUTLR_CLIENT_ID": pair["client_id"], "BUTLR_CLIENT_SECRET": pair["client_secret"]}
    except (ValueError, KeyError, TypeError):
        return {"BUTLR_CLIENT_ID": "", "BUTLR_CLIENT_SECRET": content}
