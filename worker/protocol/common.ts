import { z } from 'zod';
import { clientId } from './primitives.ts';
import { problem } from './problem.ts';

/** Every frame up has an id, and is answered by an ack or a nack with that id. */
export const upHeader = { id: clientId };

export const ack = z.object({ type: z.literal('ack'), id: z.string(), seq: z.number().int().optional() });
export const nack = z.object({ type: z.literal('nack'), id: z.string(), problem });
