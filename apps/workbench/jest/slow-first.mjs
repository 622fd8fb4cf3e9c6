// Which spec files Jest begins with. Without the times of a run before, as on a fresh clone, it goes by the size of the files, and a short file
// may well take a minute: begun last, it leaves the other workers with nothing to do.
import Sequencer from '@jest/test-sequencer';

/**
 * Those that take a minute or more on two busy cores, the slowest first. Not rolling-restart: it minds how fast things happen, and fares better
 * beside short ones.
 */
const SLOW = [
  'presence-browser.e2e', 'chaos.e2e', 'no-orphans.e2e', 'dashboard.e2e', 'console-places.e2e', 'console-people.e2e', 'fuzz.int', 'own-outage.int',
  'leases.int', 'simulation.unit', 'planted-presence-bugs.unit', 'presence-1.unit', 'presence-2.unit',
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
