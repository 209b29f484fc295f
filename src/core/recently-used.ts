/** A map of at most `size` entries: one more drops the entry that was not used for longest. */
export class RecentlyUsed<Key, Value> {
  /** The latest used stands last. */
  private readonly entries = new Map<Key, Value>();

  constructor(private readonly size: number) {}

  has(key: Key): boolean {
    return this.entries.has(key);
  }

  get(key: Key): Value | undefined {
    const value = this.entries.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: Key, value: Value): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= this.size) break;
      this.entries.delete(oldest);
    }
  }

  delete(key: Key): void {
    this.entries.delete(key);
  }
}
