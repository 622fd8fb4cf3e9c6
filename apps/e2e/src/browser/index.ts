/**
 * A person's browser for the end-to-end specs: real Chromium, real tabs, a device's web site with the agent API behind it.
 *
 * Owns: a Chromium of its own with a throw-away profile, page servers on 127.0.0.1. Invariants: no clock is faked, no page is kept
 * awake, no foreign host is ever asked. Lifecycle: `launchChromium()`, `PageServer.start()` ... `close()`.
 * May import: presence-client, contract, testing, config; agent-page.ts runs in the page and imports nothing of Node.
 */
export { type Browser, findChromium, launchChromium } from './chromium.js';
export { HostSite } from './host-site.js';
export { DashboardPage } from './dashboard-page.js';
export { PageServer } from './page-server.js';
export { Tab } from './tab.js';
export { Visitor } from './visitor.js';
