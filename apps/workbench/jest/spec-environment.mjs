// Tells spec files their own path and whether one of their tests has failed, so that a failed one's database can be kept.
import { TestEnvironment } from 'jest-environment-node';

export default class SpecEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.global.ampelSpecFile = { path: context.testPath, failed: false };
  }

  handleTestEvent({ name, test }) {
    if (name === 'hook_failure' || name === 'test_fn_failure' || (name === 'test_done' && test.errors.length > 0)) {
      this.global.ampelSpecFile.failed = true;
    }
  }
}
