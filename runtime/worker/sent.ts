/** What became of a record. */
export const Sent = { OK: 0, OVERFLOW_FULL: 1, ATTACHMENT_LOST: 2 } as const;
export type Sent = (typeof Sent)[keyof typeof Sent];
