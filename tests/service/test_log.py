"""The service's log: what repeats is counted, and nothing of what callers send gets out of hand."""

import logging
from collections.abc import Iterator

import pytest

from butlr_tui.service.log import RepeatsCounted, where_it_failed


@pytest.fixture
def written() -> list[str]:
    return []


@pytest.fixture
def log(written: list[str]) -> RepeatsCounted:
    return RepeatsCounted(written.append)


@pytest.fixture
def logger(log: RepeatsCounted) -> Iterator[logging.Logger]:
    logger = logging.Logger("test")
    logger.addHandler(log)
    yield logger
    logger.removeHandler(log)


def test_a_line_that_repeats_is_written_once_and_counted(
    logger: logging.Logger, log: RepeatsCounted, written: list[str]
) -> None:
    for _ in range(1000):
        logger.warning("Invalid HTTP request received.")
    logger.warning("once")
    assert written == ["Invalid HTTP request received.", "once"]
    log.tell()
    assert written[2:] == ["Invalid HTTP request received. (999 more times)"]
    logger.warning("Invalid HTTP request received.")
    logger.warning("once")
    log.tell()
    assert written[3:] == ["once", "Invalid HTTP request received. (1 more time)"]
    log.tell()
    log.tell()
    logger.warning("Invalid HTTP request received.")
    assert len(written) == 6


def test_lines_that_all_differ_are_counted_too(
    logger: logging.Logger, log: RepeatsCounted, written: list[str]
) -> None:
    for number in range(5000):
        logger.warning("number %s", number)
    assert len(written) == 100
    log.tell()
    assert written[100:] == ["4,900 other lines left out"]
    logger.warning("number 4999")
    assert written[101:] == ["number 4999"]


def test_of_an_exception_there_is_its_kind_and_its_place(logger: logging.Logger, written: list[str]) -> None:
    try:
        raise RuntimeError("canary")
    except RuntimeError:
        logger.exception("Exception in ASGI application\n")
    (line,) = written
    assert line.startswith("Exception in ASGI application (RuntimeError in test_log.py, line ")
    assert where_it_failed(KeyError("canary")) == "KeyError"


def test_a_line_is_one_line(logger: logging.Logger, written: list[str]) -> None:
    logger.warning("a\x1b[2J\nb")
    assert written == ["a␛[2J␊b"]
