// What a spec imports from '@jest/globals'. Node loads this module once for all spec files of a worker, Jest makes the functions anew for each file
// (one-realm-runtime.cjs puts them here); so each is a door to the present one.
const doorTo = (name) =>
  new Proxy(() => {}, {
    apply: (_door, _this, args) => globalThis.ampelSpecGlobals[name](...args),
    get: (_door, property) => globalThis.ampelSpecGlobals[name][property],
  });

export const afterAll = doorTo('afterAll');
export const afterEach = doorTo('afterEach');
export const beforeAll = doorTo('beforeAll');
export const beforeEach = doorTo('beforeEach');
export const describe = doorTo('describe');
export const expect = doorTo('expect');
export const it = doorTo('it');
export const jest = doorTo('jest');
export const test = doorTo('test');
