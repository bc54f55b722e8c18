"""Around every request: what no endpoint is asked, what each reply says, who hears of it, and the last answer.

One middleware does all of it, since each of several would cost a short answer some hundredths of its time.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from butlr_tui.service.audit import ADDRESS
from butlr_tui.service.error_replies import BrokenOff, report, unforeseen
from butlr_tui.service.framing import fault_in_framing
from butlr_tui.service.offers import OFFER
from butlr_tui.service.store import Activity
from butlr_tui.service.witness import Witness


class Boundary:
    """Middleware: refuses what two readers may read in two ways, and answers 500 for what nobody foresaw.

    `activity` is offered in each reply, while it is known; `witness` hears of each. Raises BrokenOff where
    something fails once the answer has begun.
    """

    def __init__(
        self, app: ASGIApp, activity: Activity | None = None, witness: Witness | None = None
    ) -> None:
        self._app = app
        self._activity = activity
        self._witness = witness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def answer(message: Message) -> None:
            nonlocal has_begun
            if not has_begun:
                has_begun = True
                if self._witness is not None:
                    self._witness.note(scope, message["status"])
                if self._activity is not None and self._activity.knows:
                    message["headers"] = [*message["headers"], OFFER]
            await send(message)

        client = scope.get("client")
        before = ADDRESS.set(client[0] if client else "local socket")
        try:
            await (fault_in_framing(scope) or self._app)(scope, receive, answer)
        except Exception as error:
            if has_begun:
                report(error.__cause__ or error)  # Starlette wraps what there is a reply to
                raise BrokenOff from None
            await unforeseen(error)(scope, receive, answer)
        finally:
            ADDRESS.reset(before)
