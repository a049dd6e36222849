/**
 * What the runtime uses of the event loop of its thread: when something that was put off is called. A
 * simulation gives its own, in which a seed and virtual time decide.
 */
export interface EventLoop {
  /** Calls it when the stack is empty. */
  soon(call: () => void): void;
  /** Calls it when no microtask is left. */
  afterMicrotasks(call: () => void): void;
  /** Calls it after the event loop has looked at I/O once. */
  afterIo(call: () => void): void;
  /** Calls it in `delayMs`, from 0 to `MAX_TIMER_MS`. @returns what `clear` takes */
  after(delayMs: number, call: () => void): unknown;
  clear(timer: unknown): void;
  /** Calls it every `intervalMs`, without keeping the process alive. @returns a function that ends it */
  every(intervalMs: number, call: () => void): () => void;
}

const resolved = Promise.resolve();

/** The event loop of Node. */
export const nodeEventLoop: EventLoop = {
  soon: (call) => void resolved.then(call),
  afterMicrotasks: (call) => process.nextTick(call),
  afterIo: (call) => void setImmediate(call),
  after: (delayMs, call) => setTimeout(call, delayMs),
  clear: (timer) => clearTimeout(timer as NodeJS.Timeout),
  every: (intervalMs, call) => {
    const interval = setInterval(call, intervalMs);
    interval.unref();
    return () => clearInterval(interval);
  },
};
