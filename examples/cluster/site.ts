import { ActorSystem, type Dashboard, type StopReport } from 'troupe';
import { HttpServer } from './http/http-server.js';
import { routesOf } from './http/routes.js';
import { type Parts, startParts } from './parts.js';
import { Service } from './service.js';

/** Where it opens. */
export interface SiteOptions {
  /** Folder of the journal. */
  readonly folder: string;
  readonly port: number;
  /** Address of the credit bureau. */
  readonly bureauUrl: string;
}

/** One node of the Raft group on each of them, whatever the number of processors. */
export const THREADS = 3;
const DRAIN_MS = 5000;
const STOP_MS = 15_000;
/** A handler that holds its thread is reported after the one, and its thread ended after the other. */
const WATCHDOG = { warnMs: 500, killMs: 2500 } as const;

/** All of it: the HTTP server, the actors behind it, the system that they live in. */
export class Site {
  readonly system: ActorSystem;
  readonly http: HttpServer;
  readonly parts: Parts;
  readonly service: Service;
  #isStopping = false;

  private constructor(system: ActorSystem, http: HttpServer, parts: Parts) {
    this.system = system;
    this.http = http;
    this.parts = parts;
    this.service = new Service(parts);
    http.serve(routesOf(this.service, () => this.#health()));
  }

  /**
   * Opens it: first the port, so that nothing is begun when it is not to be had.
   * @throws the error of `listen`, and those of the journal
   */
  static async open({ folder, port, bureauUrl }: SiteOptions): Promise<Site> {
    const http = await HttpServer.listen(port);
    let system: ActorSystem | undefined;
    try {
      system = await ActorSystem.start({
        name: 'cluster',
        threads: THREADS,
        metrics: true,
        watchdog: WATCHDOG,
        supervision: { intensity: 50, periodMs: 60_000 },
        threadIntensity: { intensity: 20, periodMs: 60_000 },
      });
      return new Site(system, http, await startParts(system, { folder, bureauUrl }));
    } catch (error) {
      await system?.stop({ deadlineMs: STOP_MS });
      await http.close(0);
      throw error;
    }
  }

  dashboard(): Promise<Dashboard> {
    return this.system.serveDashboard();
  }

  /** Answers what has come, then stops all actors; whoever uses the journal before the journal. */
  async close(): Promise<StopReport> {
    this.#isStopping = true;
    await this.http.close(DRAIN_MS);
    this.service.close();
    return await this.system.stop({ deadlineMs: STOP_MS });
  }

  #health() {
    const aliveThreads = this.system.aliveThreads.filter((thread) => thread !== 0).length;
    const isUp = !this.#isStopping && aliveThreads > 0;
    const status = isUp ? 'up' : 'stopping';
    return { status: isUp ? 200 : 503, body: { status, threads: THREADS, aliveThreads } };
  }
}
