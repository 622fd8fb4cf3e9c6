// The health check of a container: ends with 0 if the role in it is ready, else with 1. Node's built-ins only.
const { AMPEL_PORT = '8080' } = process.env;
const answer = await fetch(`http://127.0.0.1:${AMPEL_PORT}/readyz`, { signal: AbortSignal.timeout(4000) }).catch(() => undefined);
process.exitCode = answer?.status === 200 ? 0 : 1;
