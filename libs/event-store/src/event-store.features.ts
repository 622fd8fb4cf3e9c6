import { afterAll, beforeAll, describe } from '@jest/globals';
import { allOrNothingFeatures } from './features/all-or-nothing.features.js';
import { orderFeatures } from './features/order.features.js';
import { readingFeatures } from './features/reading.features.js';
import { repetitionFeatures } from './features/repetition.features.js';
import type { StoreUnderTest } from './features/store-under-test.js';
import { versionFeatures } from './features/versions.features.js';

/** What every event store promises, whatever it is made of: one suite, many implementations. */
export function eventStoreFeatures(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name}: what every event store promises`, () => {
    let opened: StoreUnderTest | undefined;
    const tested = (): StoreUnderTest => {
      if (opened === undefined) throw new Error('the store is not open yet');
      return opened;
    };
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.close());

    orderFeatures(tested);
    versionFeatures(tested);
    repetitionFeatures(tested);
    allOrNothingFeatures(tested);
    readingFeatures(tested);
  });
}
