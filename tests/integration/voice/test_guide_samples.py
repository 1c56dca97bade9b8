"""The guide's three calls, and what an agent may do when (contract 5)."""

from tests.integration.voice.desk import Agent, Desk, dial, dispose, dispose_and_dial


async def test_the_guides_three_calls_dial_dispose_and_dial_the_next(
    desk: Desk, maya: Agent
) -> None:
    dialled = await desk.post("voice/manualDial", dial(maya), agent=maya)
    assert dialled.status_code == 200
    first = dialled.json()
    assert (first["phone"], first["campaignId"]) == ("8447380993", 60)
    await desk.state(maya, first["crtObjectId"], "connected")
    disposed = await desk.post("voice/disposeCall", dispose(maya, first["crtObjectId"]), agent=maya)
    assert disposed.status_code == 200
    assert disposed.json()["dispositionCode"] == "Sale"
    second = await desk.connected(maya)
    both = await desk.post("voice/disposeAndManualDial", dispose_and_dial(maya, second), agent=maya)
    assert both.status_code == 200
    third = both.json()
    assert third["disposedCrtObjectId"] == second
    assert third["customerId"] == 43800317962753
    assert third["userCrtObjectId"] == maya.seat
    await desk.state(maya, third["crtObjectId"], "connected")
