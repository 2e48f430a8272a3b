import { z } from 'zod';

const friendSchema = z.object({ name: z.string(), state: z.enum(['outgoing', 'incoming', 'friend']), verified: z.boolean(), safetyNumber: z.string() });

export type FriendAnswered = z.infer<typeof friendSchema>;

/** What a command about a friend answers; undefined when it is something else. */
export function friendAnswered(result: unknown): FriendAnswered | undefined {
  const parsed = friendSchema.safeParse(result);
  return parsed.success ? parsed.data : undefined;
}
