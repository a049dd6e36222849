import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * The libraries that are compared with. They have a manifest of their own, beside the sources of this
 * folder, and are loaded when they are needed: neither building nor using the package takes them.
 */
export const INSTALLED_PEERS = ['comedy', 'ioredis', 'lru-cache', 'nact', 'xstate'] as const;
export type PeerName = (typeof INSTALLED_PEERS)[number];

/** Run in the root of the project. */
export const INSTALL_COMMAND = 'npm ci --prefix bench/peers';

/** Compiled code lies one folder deeper than its source. */
const MANIFEST = new URL('../../../bench/peers/package.json', import.meta.url);
const require = createRequire(MANIFEST);

/** The peers that are not installed. */
export function missingPeers(manifest: URL = MANIFEST): readonly PeerName[] {
  return INSTALLED_PEERS.filter(
    (name) => !existsSync(fileURLToPath(new URL(`node_modules/${name}`, manifest))),
  );
}

/** Loads a peer. `T` is the part of it that is used; the peers' own types are not there to compile. */
export async function loadPeer<T>(name: PeerName): Promise<T> {
  const module = (await import(pathToFileURL(require.resolve(name)).href)) as { default?: T } & T;
  return module.default ?? module;
}
