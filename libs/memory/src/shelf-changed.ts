import { CameTooLate } from '#domain/past/index';

const TRIES = 5;

/** A place was taken away between two looks: something came very late, or the shelf was cleared. */
export class ShelfChanged extends Error {
  override readonly name = 'ShelfChanged';
}

/** What comes very late while one reads is found out; then one reads again. */
export async function again<T>(read: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof CameTooLate || error instanceof ShelfChanged) || tries === TRIES) throw error;
    }
  }
}
