/** What this thread has computed so far, in milliseconds: what others do on the machine is not in it. */
export function cpuMillis(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
