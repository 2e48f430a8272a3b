import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { SansfilError } from '../../core/base/errors.js';
import { parseHostPort, withScheme } from './addresses.js';

export const DEVICE_PORT = 27327;
export const DIRECTORY_PORT = 1883;

const address = (read: (text: string) => string): z.ZodType<string, string> =>
  z
    .string()
    .max(300)
    .transform((text, context) => {
      try {
        return read(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
        return z.NEVER;
      }
    });

const listenAddress = address((text) => (text.includes('://') ? withScheme(text) : `tcp://${parseHostPort(text)}`));
const directoryUrl = address((text) => (text.includes('://') ? withScheme(text) : `mqtt://${parseHostPort(text, DIRECTORY_PORT)}`));
const hostPort = address((text) => parseHostPort(text));
const pluginOptions = z.record(z.string().min(1).max(214), z.record(z.string(), z.unknown()));
const log = z.strictObject({ to: z.enum(['file', 'stderr']).optional(), level: z.enum(['debug', 'info', 'warn', 'error']).optional() });

const deviceSchema = z.strictObject({
  /** Name to register when the device has no account yet. */
  name: z.string().min(1).max(64).optional(),
  /** `mqtt://host:port`, or the host alone. */
  directory: directoryUrl.optional(),
  /** `scheme://address`, or `host:port` for TCP. */
  listen: z.array(listenAddress).min(1).max(16).optional(),
  /** What friends are told instead of the addresses found: a forwarded port, a name on a VPN. */
  announce: z.array(listenAddress).min(1).max(16).optional(),
  receive: z.string().min(1).max(4_096).optional(),
  /** Plugins by name or package, instead of the usual ones. */
  plugins: z.array(z.string().min(1).max(214)).min(1).max(64).optional(),
  pluginOptions: pluginOptions.optional(),
  log: log.optional(),
});

const directorySchema = z.strictObject({
  listen: hostPort.optional(),
  pluginOptions: pluginOptions.optional(),
  log: log.optional(),
});

export type DeviceConfig = z.output<typeof deviceSchema>;
export type DirectoryConfig = z.output<typeof directorySchema>;
/** What a flag may set: the same settings, before they are read; undefined means the flag was not given. */
export type DeviceFlags = { readonly [K in keyof z.input<typeof deviceSchema>]: z.input<typeof deviceSchema>[K] | undefined };
export type DirectoryFlags = { readonly [K in keyof z.input<typeof directorySchema>]: z.input<typeof directorySchema>[K] | undefined };

/** Settings of a device: `<data>/config.json`, over which flags win. @throws SansfilError CONFIG_INVALID naming setting and place */
export async function readDeviceConfig(dataFolder: string, flags: DeviceFlags): Promise<DeviceConfig> {
  const config = { ...(await readFileConfig(dataFolder, deviceSchema)), ...readFlags(flags, deviceSchema, (setting) => `--${setting}`) };
  return config.receive === undefined ? config : { ...config, receive: resolve(config.receive) };
}

/** The same for a directory. */
export async function readDirectoryConfig(dataFolder: string, flags: DirectoryFlags): Promise<DirectoryConfig> {
  return { ...(await readFileConfig(dataFolder, directorySchema)), ...readFlags(flags, directorySchema, () => '[address] [port]') };
}

async function readFileConfig<S extends z.ZodType>(dataFolder: string, schema: S): Promise<z.output<S>> {
  const file = join(dataFolder, 'config.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return schema.parse({});
    throw new SansfilError('CONFIG_INVALID', `${file} cannot be read`, { cause: error });
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new SansfilError('CONFIG_INVALID', `${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return check(schema, document, (setting) => `${setting} in ${file}`);
}

function readFlags<S extends z.ZodType>(flags: Readonly<Record<string, unknown>>, schema: S, describe: (setting: string) => string): z.output<S> {
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  return check(schema, given, describe);
}

function check<S extends z.ZodType>(schema: S, value: unknown, describe: (setting: string) => string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const setting = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].map(String).join('.') || 'the document';
  throw new SansfilError('CONFIG_INVALID', `${describe(setting)}: ${unknown === undefined ? (issue?.message ?? 'is wrong') : 'there is no such setting'}`);
}
