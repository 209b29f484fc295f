/**
 * Milliseconds of computing that some work takes in this process. Unlike the time on the clock, it does not grow while other
 * programs keep the machine busy.
 */
export async function cpuTime(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
