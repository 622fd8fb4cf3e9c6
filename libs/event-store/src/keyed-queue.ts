/** Runs tasks of one key one after the other, tasks of different keys at the same time. Keys without tasks take no memory. */
export class KeyedQueue {
  private readonly last = new Map<string, Promise<unknown>>();

  /** Resolves or rejects as the task does. A task must not wait for another one of its own key. */
  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.last.get(key);
    const turn = before === undefined ? task() : before.then(task, task);
    this.last.set(key, turn);
    const leave = (): void => {
      if (this.last.get(key) === turn) this.last.delete(key);
    };
    turn.then(leave, leave);
    return turn;
  }
}
