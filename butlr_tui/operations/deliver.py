"""Takes the credentials of a new client where they should live, and has the journal know what became of them.

The app and `butlr-tui create` both use it.
"""

from dataclasses import replace

from butlr_tui.operations.outcomes import Created
from butlr_tui.operations.place import Delivery, Destination, Disposition, SecretPlace
from butlr_tui.operations.session import Session


async def hand_over(session: Session, created: Created, place: SecretPlace) -> Delivery:
    """Takes the new client's credentials to the `place` that was reserved for them.

    Where the journal can't be written, the delivery's words say so, and what that means.
    """
    return await _written_down(session, created, await place.take(created.credentials))


async def hand_over_later(session: Session, created: Created, to: Destination) -> Delivery:
    """Takes the credentials to a destination that was chosen when the client was there already."""
    place = to.place(created.name, created.credentials.client_id)
    if place.file is not None:
        await session.reserving(created, place.file)
    fault = await place.reserve()
    if fault:
        return await _written_down(session, created, Delivery(Disposition.NOT_STORED, fault, refused=fault))
    return await hand_over(session, created, place)


async def stored_by_word(session: Session, created: Created) -> Delivery:
    """Takes the operator's word that the secret is stored, and writes that down in the journal."""
    delivery = Delivery(Disposition.STORED, "stored by your word", "by the operator's word")
    return await _written_down(session, created, delivery)


async def _written_down(session: Session, created: Created, delivery: Delivery) -> Delivery:
    if not created.attempt:  # there is no journal
        return delivery
    said = delivery.said
    if delivery.disposition is Disposition.STORED and not await session.stored(created, delivery.how):
        said += (
            "; the journal could not be written, so butlr-tui will ask about it once more at its next start"
        )
    if delivery.disposition is Disposition.CLIPBOARD and not await session.delivered(created, delivery.how):
        said += " The journal could not be written, so it does not know of this copy."
    if delivery.disposition is Disposition.NOT_STORED and delivery.how:
        await session.not_copied(created, delivery.how)  # one that is missing there claims nothing
    if delivery.refused:
        await session.not_stored(created, delivery.refused)
    return replace(delivery, said=said)
