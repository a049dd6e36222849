import type { DurationMeter } from '../base/duration-meter.js';
import type { Message } from '../ref/protocol.js';
import { ActorContext } from './actor-context.js';
import type { Context } from './context.js';

/** What counts durations on the thread of an actor; null where `metrics` is off. Ask for it in `init`, and keep it. */
export function durationsOf<M extends Message, R>(ctx: Context<M, R>): DurationMeter | null {
  return ActorContext.hostOf(ctx as unknown as ActorContext).durations;
}
