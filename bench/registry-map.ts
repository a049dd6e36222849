import { type Figure, nowNs, type Subject } from './harness.js';
import {
  below,
  INSTANCE_COUNT,
  instanceName,
  nextRandom,
  SERVICE_COUNT,
  serviceName,
} from './registry-load.js';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly health: string;
  beatMs: number;
}

/** What a round has counted, as a checked figure. */
export type ToFigures = (sum: number, elapsedNs: number) => readonly Figure[];

/**
 * The same work on a plain Map of arrays in one thread, as one writes it in a minute: each lookup copies the rows, a
 * heartbeat goes through all services until it finds the instance. Nothing expires and nobody else sees it.
 */
export class MapSubject implements Subject {
  readonly name = 'map';
  readonly #kind: 'discover' | 'heartbeat';
  readonly #count: number;
  readonly #toFigures: ToFigures;
  readonly #services = new Map<string, Row[]>();
  readonly #ids: string[] = [];

  constructor(kind: 'discover' | 'heartbeat', count: number, toFigures: ToFigures) {
    this.#kind = kind;
    this.#count = count;
    this.#toFigures = toFigures;
  }

  async open(): Promise<void> {
    for (let service = 0; service < SERVICE_COUNT; service++) {
      const name = serviceName(service);
      const rows = Array.from({ length: INSTANCE_COUNT }, (_, port) => ({
        id: `${name}/${instanceName(port)}`,
        name,
        host: '127.0.0.1',
        port: 8000 + port,
        health: '/health',
        beatMs: 0,
      }));
      this.#services.set(name, rows);
      this.#ids.push(...rows.map(({ id }) => id));
    }
  }

  async round(): Promise<readonly Figure[]> {
    const startNs = nowNs();
    const sum = this.#kind === 'discover' ? this.#discover() : this.#heartbeat();
    return this.#toFigures(sum, nowNs() - startNs);
  }

  async close(): Promise<void> {}

  #discover(): number {
    let seed = 7;
    let found = 0;
    for (let i = 0; i < this.#count; i++) {
      seed = nextRandom(seed);
      const rows = this.#services.get(serviceName(below(seed, SERVICE_COUNT))) ?? [];
      found += rows.map((row) => ({ ...row })).length;
    }
    return found;
  }

  #heartbeat(): number {
    let seed = 7;
    let renewed = 0;
    for (let i = 0; i < this.#count; i++) {
      seed = nextRandom(seed);
      if (this.#beat(this.#ids[below(seed, this.#ids.length)]!)) renewed++;
    }
    return renewed;
  }

  #beat(id: string): boolean {
    for (const rows of this.#services.values()) {
      for (const row of rows) {
        if (row.id !== id) continue;
        row.beatMs = performance.now();
        return true;
      }
    }
    return false;
  }
}
