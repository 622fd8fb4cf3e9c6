// The world of a spec file: this process as it is. Tells spec files their own path, the number of their worker, and whether one of their tests has
// failed, so that a failed one's database can be kept.
import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';

const moduleMocker = new ModuleMocker(globalThis);
let timers;

export default class SpecEnvironment {
  global = globalThis;
  moduleMocker = moduleMocker;
  fakeTimers = null;

  constructor({ projectConfig }, { testPath }) {
    this.fakeTimersModern = timers ??= new ModernFakeTimers({ config: projectConfig, global: globalThis });
    globalThis.ampelSpecFile = { path: testPath, worker: Number(process.env.JEST_WORKER_ID ?? 1), failed: false };
  }

  getVmContext = () => null;
  exportConditions = () => [];
  setup = async () => {};

  /** What a spec file forgot to put back would be found by the next one. */
  async teardown() {
    moduleMocker.restoreAllMocks();
    timers.useRealTimers();
  }

  handleTestEvent({ name, test }) {
    if (name === 'hook_failure' || name === 'test_fn_failure' || (name === 'test_done' && test.errors.length > 0)) {
      globalThis.ampelSpecFile.failed = true;
    }
  }
}
