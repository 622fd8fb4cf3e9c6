// Which spec files Jest begins with. Without the times of a run before, as on a fresh clone, it goes by the size of the files, and a short file
// may well take a minute: begun last, it leaves the other workers with nothing to do.
import Sequencer from '@jest/test-sequencer';

/**
 * Those that take long on two free cores, be it that they work or that they wait for a lease, the slowest of each level first. Not
 * rolling-restart: it minds how fast things happen, and fares better beside short ones.
 */
const SLOW = [
  ...['presence-browser.e2e', 'chaos.e2e', 'dashboard.e2e', 'widget-browser.e2e', 'no-orphans.e2e', 'console-people.e2e', 'split.e2e'],
  ...['console-places.e2e', 'start-and-stop.e2e', 'servers-die.e2e', 'restart.e2e', 'demo-browser.e2e'],
  ...['leases.int', 'own-outage.int', 'turn-of-the-minute.int', 'replays.int', 'timed-status.int', 'fuzz.int', 'route-matrix.int', 'database.int'],
  ...['simulation.unit', 'planted-presence-bugs.unit', 'presence-1.unit', 'presence-2.unit'],
];

export default class SlowFirst extends Sequencer {
  async sort(tests) {
    const rest = await super.sort([...tests]);
    const rank = ({ path }) => {
      const place = SLOW.findIndex((name) => path.endsWith(`/${name}.spec.ts`));
      return place < 0 ? SLOW.length : place;
    };
    return rest.sort((a, b) => rank(a) - rank(b)); // stable: the others stay in their order
  }
}
