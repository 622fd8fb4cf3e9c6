/** A start that cannot go on for a reason that a person can mend. The message is shown as it is. */
export class Obstacle extends Error {
  override readonly name = 'Obstacle';
}
