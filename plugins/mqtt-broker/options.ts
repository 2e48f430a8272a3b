import { z } from 'zod';
import { SansfilError } from '../../core/index.js';

const schema = z.strictObject({
  host: z.string().min(1).max(255).default('0.0.0.0'),
  /** 0: any free one. */
  port: z.number().int().min(0).max(65_535).default(1883),
  /** What devices sign for; by default made from the directory's key. */
  name: z
    .string()
    .regex(/^[\x21-\x7e]{1,64}$/, 'printable ASCII without spaces, at most 64 characters')
    .optional(),
});

export type BrokerOptions = z.infer<typeof schema>;

/** @throws SansfilError CONFIG_INVALID naming the setting */
export function brokerOptions(options: Readonly<Record<string, unknown>>): BrokerOptions {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new SansfilError('CONFIG_INVALID', `mqtt-broker: ${[issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')}`);
}
