// Tells spec files their own path, the number of their worker, and whether one of their tests has failed, so that a failed one's database can be kept.
import { TestEnvironment } from 'jest-environment-node';

export default class SpecEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.global.ampelSpecFile = { path: context.testPath, worker: Number(process.env.JEST_WORKER_ID ?? 1), failed: false };
  }

  handleTestEvent({ name, test }) {
    if (name === 'hook_failure' || name === 'test_fn_failure' || (name === 'test_done' && test.errors.length > 0)) {
      this.global.ampelSpecFile.failed = true;
    }
  }
}
