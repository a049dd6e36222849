import { BrokerSubject } from './broker-subject.js';
import { type Bench, check, countOf, type Figure, nowNs, rate, type Subject } from './harness.js';

const TOPIC_COUNT = 100;
const OF_EACH = 100;
/** Topics that are asked for at once. */
const AT_ONCE = 50;

/** A fixed walk over the topics, the same for all. */
function topicOf(step: number): number {
  return (step * 7919) % TOPIC_COUNT;
}

/** 10,000 messages wait, 100 of each topic: takes the first of a topic, acknowledges it and publishes it again. */
class ByTopic extends BrokerSubject {
  #isFilled = false;

  async round(): Promise<readonly Figure[]> {
    if (!this.#isFilled) await this.#fill();
    const startNs = nowNs();
    const wrongCount = await this.walk();
    const endNs = nowNs();
    check(wrongCount === 0, () => `${wrongCount} messages were of another topic`);
    const { messages } = await this.broker.streamInfo('q');
    const expected = TOPIC_COUNT * OF_EACH;
    check(messages === expected, () => `${messages} messages wait, not ${expected}`);
    return [rate(this.count, endNs - startNs, 'ops/s')];
  }

  /** @returns messages that were of another topic */
  protected async walk(): Promise<number> {
    let wrongCount = 0;
    for (let from = 0; from < this.count; from += AT_ONCE) {
      const steps = Array.from({ length: AT_ONCE }, async (_, i) => {
        const topic = topicOf(from + i);
        const [delivery] = await this.broker.fetch<number>('q', `t${topic}`, { batch: 1 });
        if (delivery === undefined || delivery.payload !== topic) wrongCount++;
        delivery?.ackLater();
        await this.broker.publish(`q.t${topic}`, topic);
      });
      await Promise.all(steps);
    }
    return wrongCount;
  }

  async #fill(): Promise<void> {
    this.#isFilled = true;
    for (let topic = 0; topic < TOPIC_COUNT; topic++) {
      await this.broker.openGroup('q', `t${topic}`, { filter: `q.t${topic}` });
      for (let n = 0; n < OF_EACH; n++) void this.broker.publish(`q.t${topic}`, topic);
    }
    await this.broker.publish('q.none', 0).then(async () => {
      await this.broker.openGroup('q', 'none', { filter: 'q.none' });
      const [last] = await this.broker.fetch('q', 'none', { batch: 1 });
      await last!.ack();
    });
  }
}

/** The same with so many of a topic at a time, by one call each. */
class ByTopicBatch extends ByTopic {
  protected override async walk(): Promise<number> {
    let wrongCount = 0;
    for (let from = 0; from < this.count; from += AT_ONCE) {
      const topic = topicOf(from / AT_ONCE);
      const found = await this.broker.fetch<number>('q', `t${topic}`, { batch: AT_ONCE });
      if (found.length !== AT_ONCE) wrongCount++;
      for (const { payload } of found) if (payload !== topic) wrongCount++;
      const acked = found.at(-1)?.ackUpTo();
      const subject = `q.t${topic}`;
      await this.broker.publishBatch(found.map(({ payload }) => ({ subject, payload })));
      await acked;
    }
    return wrongCount;
  }
}

/** The same with an array that is searched from the front, in its plainest form. */
class Scan implements Subject {
  readonly name = 'array';
  readonly #count: number;
  readonly #queue: { topic: number }[] = [];

  constructor(count: number) {
    this.#count = count;
    for (let topic = 0; topic < TOPIC_COUNT; topic++) {
      for (let n = 0; n < OF_EACH; n++) this.#queue.push({ topic });
    }
  }

  async open(): Promise<void> {}

  async round(): Promise<readonly Figure[]> {
    const startNs = nowNs();
    for (let step = 0; step < this.#count; step++) {
      const topic = topicOf(step);
      const at = this.#queue.findIndex((each) => each.topic === topic);
      const [taken] = this.#queue.splice(at, 1);
      await Promise.resolve();
      this.#queue.push(taken!);
    }
    check(this.#queue.length === TOPIC_COUNT * OF_EACH, () => `${this.#queue.length} wait`);
    return [rate(this.#count, nowNs() - startNs, 'ops/s')];
  }

  async close(): Promise<void> {}
}

/**
 * The calls of {@link ByTopic} to something that answers those of one turn, and does nothing else: what they cost
 * by themselves, with their promises. The loop is written out again, so that V8 learns nothing of it from the other.
 */
class OnlyPromises implements Subject {
  readonly name = 'promises';
  readonly #count: number;
  readonly #topics = new Map<string, number>();
  #turn: (() => void)[] = [];
  readonly #onTurn = (): void => {
    const turn = this.#turn;
    this.#turn = [];
    for (const answer of turn) answer();
  };

  constructor(count: number) {
    this.#count = count;
    for (let topic = 0; topic < TOPIC_COUNT; topic++) this.#topics.set(`t${topic}`, topic);
  }

  async open(): Promise<void> {}

  async round(): Promise<readonly Figure[]> {
    const startNs = nowNs();
    let wrongCount = 0;
    for (let from = 0; from < this.#count; from += AT_ONCE) {
      const steps = Array.from({ length: AT_ONCE }, async (_, i) => {
        const topic = topicOf(from + i);
        const [payload] = await this.#fetch(`t${topic}`, { batch: 1 });
        if (payload !== topic) wrongCount++;
        await this.#publish(`q.t${topic}`, topic);
      });
      await Promise.all(steps);
    }
    check(wrongCount === 0, () => `${wrongCount} answers were of another topic`);
    return [rate(this.#count, nowNs() - startNs, 'ops/s')];
  }

  async close(): Promise<void> {}

  #fetch(group: string, { batch }: { readonly batch: number }): Promise<readonly number[]> {
    const payload = this.#topics.get(group)!;
    return new Promise((resolve) => this.#later(() => resolve(new Array(batch).fill(payload))));
  }

  #publish(subject: string, payload: number): Promise<object> {
    return new Promise((resolve) => this.#later(() => resolve({ subject, payload })));
  }

  #later(answer: () => void): void {
    if (this.#turn.push(answer) === 1) queueMicrotask(this.#onTurn);
  }
}

/** Workload K3, by topic. */
export const bench: Bench = {
  contests: (scale) => {
    const count = countOf(scale, 50_000, 1000);
    const own = [new ByTopic('troupe', count, 0), new ByTopicBatch('troupe/batch', count, 0)];
    return [
      { bench: 'broker-by-topic', subjects: [...own, new Scan(count), new OnlyPromises(count)] },
    ];
  },
};
