/** CPU that this process has used since, in milliseconds: what others do on the machine meanwhile does not count. */
export function startCpuTime(): () => number {
  const begun = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(begun);
    return (user + system) / 1000;
  };
}
