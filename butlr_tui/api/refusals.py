"""Turns statuses and error bodies into our errors, whose sentences say what happened and what it means.

The code in the body decides, whatever the status. Source: CONTRACT.md, "Errors".
"""

from typing import NamedTuple

import httpx

from butlr_tui.auth.bearer import RENEWED
from butlr_tui.contract import INCLUDE, ErrorCode
from butlr_tui.http import errors
from butlr_tui.http.connection_errors import where
from butlr_tui.http.error_body import ErrorBody, beginning, error_body, rate_limited, retry_at
from butlr_tui.http.transport import Response

_FAILED = frozenset(ErrorCode) - {ErrorCode.INVALID_REQUEST, ErrorCode.CLIENT_NOT_FOUND}
_RIGHTLESS = frozenset({ErrorCode.CLIENT_GRANT_CREATE_FAILED, ErrorCode.CLIENT_UPDATE_FAILED})


class Call(NamedTuple):
    """What was being done, for the sentences. `new_name`, safe to show, is set for a create."""

    request: httpx.Request
    doing: str
    new_name: str = ""

    @property
    def token(self) -> str:
        """The token that went out with it: a server may echo it."""
        header: str = self.request.headers.get("Authorization", "")
        return header.removeprefix("Bearer ")

    @property
    def asks_for_activity(self) -> bool:
        """Whether it asked for the clients' last sign-ins too."""
        return INCLUDE in self.request.url.params


def refusal(answer: Response, call: Call) -> errors.ServiceError:
    """The error for an answer that is not a success."""
    said = error_body(answer, call.token)
    by_code = _by_code(answer, said, call)
    if by_code is not None:
        return by_code
    if answer.status in _BY_STATUS:
        return _BY_STATUS[answer.status](answer, said, call)
    return _failed(answer, said, call)


def contradiction(answer: Response, call: Call) -> errors.ServiceError | None:
    """The error for a 2xx to a create that names no new client, or None for a plain 201: it was created."""
    said = error_body(answer, call.token)
    if answer.status == 201 and said.code not in frozenset(ErrorCode):
        return None
    return answer.incomplete or _failed(answer, said, call)


def _by_code(answer: Response, said: ErrorBody, call: Call) -> errors.ServiceError | None:
    if said.code == ErrorCode.INVALID_REQUEST:
        return _invalid(answer, said, call)
    if said.code == ErrorCode.CLIENT_NOT_FOUND:
        return errors.ClientNotFound(
            "This client is gone: someone else deleted it.", answer.status, said.code, said.message
        )
    return _failed(answer, said, call) if said.code in _FAILED else None


def _invalid(answer: Response, said: ErrorBody, call: Call) -> errors.ServiceError:
    return errors.InvalidRequest(_refused(answer, said, call), answer.status, said.code, said.message)


def _unauthorised(answer: Response, said: ErrorBody, call: Call) -> errors.ServiceError:
    told = (answer.status, said.code, said.message)
    if "missing client_id" in said.message:
        return errors.TokenWithoutClientId(
            "Your token is valid but names no client_id, which this service needs.", *told
        )
    if RENEWED in call.request.extensions:
        return errors.TokenRenewed(
            "The service no longer accepted your token, and nothing was created. It is renewed now.", *told
        )
    if "missing or malformed" in said.message:
        return errors.TokenUnreadable("The service wants a token and got none that it can read.", *told)
    return errors.SignInNeeded("The service no longer accepts your token.", *told)


def _forbidden(answer: Response, said: ErrorBody, call: Call) -> errors.ServiceError:
    if said.is_json:
        return errors.Rejected(_refused(answer, said, call), answer.status, said.code, said.message)
    return errors.GatewayRefused(
        "A gateway in front of the service refused the request (403); the service itself was not reached.",
        answer.status,
        beginning=beginning(answer.body, call.token),
    )


def _elsewhere(answer: Response, said: ErrorBody, call: Call) -> errors.ServiceError:
    return errors.NoService(
        f"There is no M2M service at {where(call.request.url)}.", answer.status, said.code, said.message
    )


def _rate_limited(answer: Response, said: ErrorBody, call: Call) -> errors.ServiceError:
    return rate_limited(answer, said)


_BY_STATUS = {
    400: _invalid,
    401: _unauthorised,
    403: _forbidden,
    404: _elsewhere,
    405: _elsewhere,
    429: _rate_limited,
}


def _refused(answer: Response, said: ErrorBody, call: Call) -> str:
    why = f": {said.message}." if said.message else f" ({answer.status})."
    return f"The service refused this{why}" + (" Nothing was created." if call.new_name else "")


def _failed(answer: Response, said: ErrorBody, call: Call) -> errors.ServerFailed:
    if said.code in _RIGHTLESS and call.new_name:
        message = "The client may exist without any rights, and its secret did not arrive."
    elif said.code == ErrorCode.CLIENT_CREATE_FAILED and call.new_name:
        message = f"The service could not create “{call.new_name}”."
    elif call.new_name:
        message = f"No clear answer came back, so “{call.new_name}” may or may not exist."
    else:
        message = f"Could not {call.doing}: {_why(answer, said)}."
    return errors.ServerFailed(
        message, answer.status, said.code, said.message, retry_at=retry_at(answer.headers)
    )


def _why(answer: Response, said: ErrorBody) -> str:
    if 300 <= answer.status < 400:
        return f"the answer points to another address ({answer.status}), which is never followed"
    return said.message or f"the service answered {answer.status}"
