import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { builtAt } from './builtProgram.js';
import { ROOT } from './root.js';
import { runSimulator, type Search } from './simulator.js';

/** A change to one source file: `find` must be in it exactly once. */
export interface Patch {
  /** From the root of the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/**
 * The built program in a folder of its own, with a bug planted into its source for as long as it is looked for: nothing of
 * the program knows of it, and nothing can switch it on but this.
 */
export class PlantedProgram implements AsyncDisposable {
  private constructor(
    readonly folder: string,
    private readonly built: string,
  ) {}

  static async open(): Promise<PlantedProgram> {
    const program = new PlantedProgram(await mkdtemp(join(tmpdir(), 'sansfil-planted-')), builtAt('.'));
    const runs = (path: string): boolean => !path.endsWith('.map') && !path.endsWith('.d.ts');
    await cp(program.built, join(program.folder, 'dist'), { recursive: true, filter: runs });
    await cp(join(ROOT, 'package.json'), join(program.folder, 'package.json'));
    await symlink(join(ROOT, 'node_modules'), join(program.folder, 'node_modules'));
    return program;
  }

  /** One that keeps its bug. @throws as `plant` */
  static async with(patches: readonly Patch[]): Promise<PlantedProgram> {
    const program = await PlantedProgram.open();
    await program.plant(patches);
    return program;
  }

  /** Until what it returns is disposed of. @throws Error when a patch does not fit: the source has moved on, and the bug has to be planted anew */
  async plant(patches: readonly Patch[]): Promise<AsyncDisposable> {
    const planted = new Map<string, string>();
    for (const [file, source] of await patched(patches)) {
      const target = join('dist', file.replace(/\.ts$/, '.js'));
      if (!existsSync(join(this.folder, target))) throw new Error(`${file} is not part of the built program`);
      planted.set(target, compiled(source, file));
    }
    for (const [target, code] of planted) await writeFile(join(this.folder, target), code);
    return {
      [Symbol.asyncDispose]: async () => {
        for (const target of planted.keys()) await cp(join(this.built, '..', target), join(this.folder, target));
      },
    };
  }

  /** Runs the simulator until the first seed that fails, or to the end. */
  search(...flags: readonly string[]): Promise<Search> {
    return runSimulator(flags, this.folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function patched(patches: readonly Patch[]): Promise<ReadonlyMap<string, string>> {
  const sources = new Map<string, string>();
  for (const { file, find, replace } of patches) {
    const source = sources.get(file) ?? (await readFile(join(ROOT, file), 'utf8'));
    const parts = source.split(find);
    if (parts.length !== 2) throw new Error(`${file} holds ${parts.length - 1} times: ${find}`);
    sources.set(file, parts.join(replace));
  }
  return sources;
}

function compiled(source: string, fileName: string): string {
  const { outputText, diagnostics } = ts.transpileModule(source, {
    fileName,
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
  });
  if (diagnostics && diagnostics.length > 0)
    throw new Error(`${fileName} does not compile any more: ${ts.flattenDiagnosticMessageText(diagnostics[0]?.messageText, '\n')}`);
  return outputText;
}
