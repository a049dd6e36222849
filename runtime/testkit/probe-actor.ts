import { defineActor } from '../actor/definition.js';
import { NO_REPLY } from '../actor/handlers.js';
import type { Requester } from '../actor/requester.js';
import type { TerminatedEvent } from '../actor/terminated.js';
import { hasCode } from '../base/errors.js';
import type { AnyRef } from '../ref/actor-ref.js';
import type { Message } from '../ref/protocol.js';

/** What has come to a probe, and who wants to hear of more. */
export interface Inbox {
  /** Messages that nobody has looked at yet, the asker with each that was asked. */
  readonly messages: { readonly message: Message; readonly requester: Requester | null }[];
  readonly ended: TerminatedEvent[];
  onNews: () => void;
}

/** Type of the message by which a probe is told to watch. */
export const PROBE_WATCH = 'troupe.probe.watch';

/** What a probe understands itself; everything else it takes down. */
export interface ProbeWatch extends Message {
  readonly type: typeof PROBE_WATCH;
  readonly actor: AnyRef;
}

/** All inboxes of this thread, by number: functions cannot be sent, so an actor is given the number. */
const inboxes = new Map<number, Inbox>();
let nextInbox = 1;

/** Makes an inbox. @returns its number */
export function openInbox(inbox: Inbox): number {
  inboxes.set(nextInbox, inbox);
  return nextInbox++;
}

/** Takes down everything that it is told or asked. Lives on the main thread, where its inbox is. */
export const Probe = defineActor<ProbeWatch>()({
  module: import.meta.url,
  name: 'Probe',
  init: ({ inbox }: { readonly inbox: number }): Inbox => inboxes.get(inbox)!,
  handlers: {
    [PROBE_WATCH](_inbox: Inbox, { actor }: ProbeWatch, ctx: { watch(actor: AnyRef): void }) {
      ctx.watch(actor);
    },
  },
  otherwise: (inbox, message, ctx) => {
    let requester: Requester | null = null;
    try {
      requester = ctx.requester();
    } catch (error) {
      if (!hasCode(error, 'ERR_CONTEXT')) throw error;
    }
    inbox.messages.push({ message, requester });
    inbox.onNews();
    return requester === null ? undefined : NO_REPLY;
  },
  terminated: (inbox, event) => {
    inbox.ended.push(event);
    inbox.onNews();
  },
});
