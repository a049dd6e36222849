import { hasCode } from '../../runtime/index.js';

/**
 * Sends the first of some items, as many as fit into one message: all, or half as many each time they do not.
 * @param send throws ERR_TOO_LARGE or ERR_NOT_SENDABLE for a number of items that cannot be sent together
 * @returns how many were sent; 0 when the first cannot be sent even by itself
 */
export function sendFirst(count: number, send: (count: number) => void): number {
  for (let tried = count; tried > 0; tried >>= 1) {
    try {
      send(tried);
      return tried;
    } catch (error) {
      if (!hasCode(error, 'ERR_TOO_LARGE') && !hasCode(error, 'ERR_NOT_SENDABLE')) throw error;
    }
  }
  return 0;
}
