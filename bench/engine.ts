import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { z } from 'zod';
import { generateShop } from '../local/sample-shop/generateShop.ts';
import { TARGET } from '../local/sample-shop/request.ts';
import { CASES, type EngineCase, sizeOf } from './engine/cases.ts';
import { type Limits, measureLimits } from './engine/limits.ts';
import { Measurement, type MeasureRequest } from './engine/measure.ts';
import { figuresOf, type Measured, showCases, showKernels } from './engine/report.ts';
import { writeShopFiles } from './engine/shopFiles.ts';
import { writeFigures } from './table.ts';

const program = new Command('bench:engine')
  .description(
    'Trains and infers every recipe of the engine at the target scale, each kernel beside its limit.',
  )
  .option('--only <case>', `one of ${CASES.map(({ name }) => name).join(', ')}`)
  .option('--scale <share>', 'share of the users, for a quick look', '1')
  .option('--k <n>', 'length of every list', '50')
  .option('--threads <n>', 'worker threads (default: the cores, at most 4)')
  .option('--json <file>', 'also write the figures there')
  .parse();
const flags = program.opts<{ only?: string; scale: string; k: string; threads?: string; json?: string }>();
const threads = Number(flags.threads ?? Math.min(4, availableParallelism()));
const cases = CASES.filter(({ name, needs }) => {
  if (flags.only === undefined || name === flags.only) return true;
  return CASES.some((wanted) => wanted.name === flags.only && needs?.(wanted) === name);
});
if (flags.only !== undefined && !CASES.some(({ name }) => name === flags.only)) {
  program.error(`no case is named ${flags.only}`);
}

/** Runs the measured process; its answer is the last line it prints. */
async function inProcess(args: readonly string[]): Promise<unknown> {
  const script = join(import.meta.dirname, 'engine/process.ts');
  const command = ['--disable-warning=ExperimentalWarning', '--import', import.meta.resolve('tsx'), script];
  const { stdout } = await promisify(execFile)(process.execPath, [...command, ...args], {
    maxBuffer: 1e8,
  });
  return JSON.parse(stdout);
}

const folder = await mkdtemp(join(tmpdir(), 'bench-engine-'));
const shops = new Map<string, Promise<number>>();

/** Writes each shop once; the lines that count. */
function shopFor(one: EngineCase, path: string): Promise<number> {
  const size = sizeOf(one, Number(flags.scale));
  const known = shops.get(path);
  if (known !== undefined) return known;
  const made = mkdir(path, { recursive: true }).then(() =>
    writeShopFiles(generateShop({ ...size, until: '2026-11-01' }), path, one.lines),
  );
  shops.set(path, made);
  return made;
}

async function measureCase(one: EngineCase, idle: number): Promise<Measured> {
  const { users, items } = sizeOf(one, Number(flags.scale));
  const path = join(folder, `${users}-${items}`);
  const lines = await shopFor(one, path);
  console.error(`${one.name}: ${users} users, ${items} items, ${lines} lines …`);
  const request: MeasureRequest = {
    folder: path,
    threads,
    k: Number(flags.k),
    model: join(path, 'model'),
    weights: one.weights,
    count: one.kernels,
  };
  const measurement = Measurement.parse(await inProcess(['--request', JSON.stringify(request)]));
  return { case: one, users, items, lines, measurement, memory: measurement.peak - idle };
}

try {
  const { idle } = z.object({ idle: z.number() }).parse(await inProcess(['--idle']));
  const measured: Measured[] = [];
  let limits: Limits | null = null;
  for (const one of cases) {
    const found = await measureCase(one, idle);
    measured.push(found);
    if (!one.kernels) continue;
    limits = await measureLimits({ items: TARGET.items }, threads);
    showKernels(found, limits);
  }
  showCases(measured, { threads, idle });
  if (flags.json !== undefined) await writeFigures(flags.json, figuresOf(measured, limits));
} finally {
  await rm(folder, { recursive: true, force: true });
}
