/**
 * Lifts the data of one type of event by one schema version. Pure: the same data gives the same data for ever.
 * Stored events are never changed; whoever reads sees them in today's shape (examples-to-follow 7).
 */
export interface Upcaster {
  readonly type: string;
  /** The schema version it takes; it gives `from + 1`. */
  readonly from: number;
  up(data: object): object;
}

/** The upcasters of a process, by type. */
export interface Upcasting {
  /** Schema version that new events of this type are written with: 1, or one above its last upcaster. */
  currentVersion(type: string): number;
  /** Data as stored under `version` in today's shape. A version newer than this process knows stays as it is. */
  lift(type: string, version: number, data: object): { readonly data: object; readonly version: number };
}

/**
 * Checks the chain of every type: versions 1, 2, 3 ... without a gap or a doublet.
 * @throws TypeError naming the type whose chain is broken
 */
export function createUpcasting(upcasters: readonly Upcaster[] = []): Upcasting {
  const chains = new Map<string, Upcaster[]>();
  for (const upcaster of [...upcasters].sort((a, b) => a.from - b.from)) {
    const chain = chains.get(upcaster.type) ?? [];
    if (upcaster.from !== chain.length + 1) {
      throw new TypeError(`Upcasters of ${upcaster.type}: expected one from version ${chain.length + 1}, found ${upcaster.from}`);
    }
    chain.push(upcaster);
    chains.set(upcaster.type, chain);
  }
  return {
    currentVersion: (type) => (chains.get(type)?.length ?? 0) + 1,
    lift: (type, version, data) => {
      const chain = chains.get(type);
      if (chain === undefined || version > chain.length) return { data, version };
      return { data: chain.slice(version - 1).reduce((older, upcaster) => upcaster.up(older), data), version: chain.length + 1 };
    },
  };
}
