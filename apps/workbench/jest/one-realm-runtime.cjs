// Jest's runtime for spec files (ADR 37): Node loads them, and a worker's second file finds all the first one loaded. Jest's own runtime makes a
// realm for each file and loads some 2,300 modules into it again: one to two seconds for each file on servers, and code that is never warm.
// The price: what a module keeps is kept for the worker's next file as well. So modules keep nothing but caches, and a spec puts back what it changes.
const asyncHooks = require('node:async_hooks');
const { register } = require('node:module');
const { pathToFileURL } = require('node:url');
const path = require('node:path');

register('./typescript-hooks.mjs', pathToFileURL(__filename));
const compiling = import('./compiled.mjs');

/** Where Jest finds the source map of a file in a stack: it is looked up when one is asked for. */
class SourceMaps extends Map {
  #mapOf;
  constructor(mapOf) {
    super();
    this.#mapOf = mapOf;
  }
  get(source) {
    const file = String(source).replace(/^file:\/\//, '').replace(/\?fresh=\w+$/, '');
    return file.endsWith('.ts') ? this.#mapOf(file) : undefined;
  }
}
const sourceMaps = new SourceMaps((file) => mapOf?.(file));
let mapOf;
void compiling.then((module) => (mapOf = module.mapOf));

/**
 * By what jest-circus knows whose an uncaught error is: the test or hook under way. It would ask Node's AsyncLocalStorage, which knows also whose
 * an error is that comes after its test; every promise of the program pays for that, a tenth of all the processor time of our specs.
 */
class UnderWay {
  #store;

  run(store, callback) {
    const before = this.#store;
    const restore = () => (this.#store = before);
    this.#store = store;
    const running = callback();
    if (typeof running?.then === 'function') running.then(restore, restore);
    else restore();
    return running;
  }

  getStore = () => this.#store;
}

const nothing = () => {};

Object.defineProperty(exports, '__esModule', { value: true }); // Jest asks a module that was compiled for its default
exports.default = class OneRealmRuntime {
  #environment;

  constructor(_config, environment) {
    this.#environment = environment;
  }

  /** jest-circus, new for each file: it keeps in itself and in a global what a file describes and who listens to it. */
  requireInternalModule(file) {
    delete globalThis[Symbol.for('EVENT_HANDLERS')];
    delete require.cache[require.resolve(file)];
    const { AsyncLocalStorage } = asyncHooks;
    asyncHooks.AsyncLocalStorage = UnderWay;
    try {
      return require(file);
    } finally {
      asyncHooks.AsyncLocalStorage = AsyncLocalStorage;
    }
  }

  setGlobalsForRuntime(globals) {
    globalThis.ampelSpecGlobals = { ...globals, jest: jestObject(this.#environment) };
  }

  unstable_shouldLoadAsEsm = () => true;
  unstable_importModule = (file) => import(pathToFileURL(path.resolve(file)).href);
  requireModule = (file) => require(file);
  getSourceMaps = () => sourceMaps;
  getAllCoverageInfoCopy = nothing;
  enterTestCode = nothing;
  leaveTestCode = nothing;
  teardown = nothing;
};

/** The `jest` of specs: mocks and fake timers. What replaces modules is not there; a module is replaced by handing another one in. */
function jestObject({ moduleMocker, fakeTimersModern }) {
  const mocks = ['fn', 'spyOn', 'replaceProperty', 'mocked', 'clearAllMocks', 'resetAllMocks', 'restoreAllMocks'];
  const timers = ['useFakeTimers', 'useRealTimers', 'advanceTimersByTime', 'advanceTimersByTimeAsync', 'getTimerCount', 'setSystemTime'];
  const jest = {};
  for (const name of mocks) jest[name] = moduleMocker[name]?.bind(moduleMocker);
  for (const name of timers) {
    jest[name] = (...args) => {
      const given = fakeTimersModern[name](...args);
      return given ?? jest;
    };
  }
  return jest;
}
