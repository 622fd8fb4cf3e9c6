// Once per run with end-to-end specs: one Ampel for all of them, since a start costs seconds. Each spec makes its own tenant in it.
import { ensureBuilt } from '../prepare.mjs';

export default async function setUp() {
  await ensureBuilt((_line, work) => work());
  const { SHARED_AMPEL, startAmpel } = await import('../../../dist/libs/testing/src/ampel.js');
  const ampel = await startAmpel({ env: { AMPEL_WEBHOOK_LOOPBACK: 'allowed' } }); // specs receive webhooks on this machine
  process.env[SHARED_AMPEL] = ampel.runFile;
  globalThis.sharedAmpel = ampel;
}
