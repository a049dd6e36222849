/**
 * The floor of a local actor, hand-written: a handler, an array as mailbox, an array as run queue. No
 * types, no supervision, no bounds, no time.
 */
export class ArrayActor<M> {
  #mailbox: M[] = [];
  readonly #scheduler: ArrayScheduler<M>;
  readonly #handler: (message: M) => void;
  #scheduled = false;

  constructor(scheduler: ArrayScheduler<M>, handler: (message: M) => void) {
    this.#scheduler = scheduler;
    this.#handler = handler;
  }

  tell(message: M): void {
    this.#mailbox.push(message);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#scheduler.ready.push(this);
  }

  /** Handles what is in the mailbox now; what comes meanwhile waits for the next run. */
  run(): void {
    const mailbox = this.#mailbox;
    this.#mailbox = [];
    this.#scheduled = false;
    for (let i = 0; i < mailbox.length; i++) this.#handler(mailbox[i]!);
  }
}

/** Runs array actors until none is ready. */
export class ArrayScheduler<M> {
  ready: ArrayActor<M>[] = [];

  run(): void {
    while (this.ready.length > 0) {
      const { ready } = this;
      this.ready = [];
      for (let i = 0; i < ready.length; i++) ready[i]!.run();
    }
  }
}
