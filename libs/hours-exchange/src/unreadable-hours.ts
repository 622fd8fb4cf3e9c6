/** What is wrong where: `line 12` of an iCalendar file, an RFC 6901 pointer into a JSON-LD document. */
export interface FileFault {
  readonly pointer: string;
  readonly detail: string;
}

/**
 * A file says what opening hours cannot, or what is not understood. Carries what every refusal carries (`code`, `detail`, `extra.errors`)
 * and its name, so that it is told to clients like one.
 */
export class UnreadableHours extends Error {
  override readonly name = 'Refusal';
  readonly code = 'invalid-body';
  readonly detail = 'The file does not hold opening hours as they are understood here.';
  readonly extra: { readonly errors: readonly FileFault[] };

  constructor(errors: readonly FileFault[]) {
    super(`invalid-body: ${errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')}`);
    this.extra = { errors };
  }
}

/** Refuses one thing. */
export function unreadable(pointer: string, detail: string): UnreadableHours {
  return new UnreadableHours([{ pointer, detail }]);
}
