/**
 * Something that may end while others work with it: a device, a worker, a lab. Finished work is let go of: handlers on one
 * long-lived promise would pile up, and each would keep a result in memory.
 */
export class Ending {
  private error: Error | undefined;
  private readonly waiting = new Set<(reason: Error) => void>();

  /** Why it ended; nothing while it lives. */
  get reason(): Error | undefined {
    return this.error;
  }

  /** Rejects all work that is guarded now and later. The first reason stays. */
  end(reason: Error): void {
    if (this.error !== undefined) return;
    this.error = reason;
    for (const reject of this.waiting) reject(reason);
    this.waiting.clear();
  }

  /** Settles like `work`, or rejects with the reason as soon as there is one. */
  guard<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const done = () => this.waiting.delete(reject);
      this.waiting.add(reject);
      work.then(resolve, reject).finally(done).catch(done);
      if (this.error !== undefined) reject(this.error);
    });
  }
}
