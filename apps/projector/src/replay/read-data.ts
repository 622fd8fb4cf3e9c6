/** A turn of the switch as Postgres writes it, without a timer or a reason: nearly all of a log. */
const TURN = /^\{"to": "(\w+)", "from": "(\w+)", "cause": "([a-z-]+)", "agentId": "([^"\\]+)", "statusVersion": (\d{1,15})\}$/;

/** The data of an event from its JSON, as `JSON.parse` gives it; the usual event in a third of the time. */
export function readData(type: string, json: string): object {
  if (type === 'StatusChanged') {
    const turn = TURN.exec(json);
    if (turn) return { to: turn[1], from: turn[2], cause: turn[3], agentId: turn[4], statusVersion: Number(turn[5]) };
  }
  return JSON.parse(json) as object;
}
