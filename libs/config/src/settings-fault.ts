/** One variable that cannot be used as it is. */
export interface SettingFault {
  readonly name: string;
  /** What is wrong, as the rest of a sentence that begins with the name; never holds the value of a secret. */
  readonly detail: string;
}

/** The settings are invalid. Holds every fault, so a person mends them in one go; the message has one line for each. */
export class SettingsFault extends Error {
  override readonly name = 'SettingsFault';

  constructor(readonly faults: readonly SettingFault[]) {
    super(faults.map(({ name, detail }) => `${name} ${detail}`).join('\n'));
  }
}
