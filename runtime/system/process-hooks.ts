/** The longest interval that Node knows. */
const FOREVER_MS = 2 ** 31 - 1;

/** Keeps the process alive, as a server does. @returns a function that lets it go */
export function keepProcessAlive(): () => void {
  const interval = setInterval(() => {}, FOREVER_MS);
  return () => clearInterval(interval);
}

/** Calls `stop` on the signals of the operating system. @returns a function that takes the listeners off */
export function stopOnSignals(signals: readonly NodeJS.Signals[], stop: () => void): () => void {
  const onSignal = (): void => stop();
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.removeListener(signal, onSignal);
  };
}
