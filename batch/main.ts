import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Command, CommanderError } from 'commander';
import type { CommandContext } from './command.ts';
import { readConfig } from './config.ts';
import { registerConfig } from './configCommand.ts';
import { type ConfigFile, readConfigFile } from './configFile.ts';
import { configValues } from './configValues.ts';
import { registerCost } from './cost/command.ts';
import { registerMigrate } from './db/command.ts';
import { explainDatabaseError } from './db/explainDatabaseError.ts';
import { registerDefaults } from './defaults/command.ts';
import { registerDoctor } from './doctor/command.ts';
import { registerExportEmails } from './emails/command.ts';
import { BatchError, EXIT, EXIT_CODES } from './errors.ts';
import { readEngineChoice } from './evaluation/autoEngine.ts';
import { registerBakeOff } from './evaluation/command.ts';
import { registerIdentity } from './identity/command.ts';
import { registerIngest } from './ingest/command.ts';
import { createJsonOutput, type Failure, type Speaker } from './jsonOutput.ts';
import { createLog } from './log.ts';
import { mistypedVariables } from './mistypedVariables.ts';
import { registerPeople } from './people/command.ts';
import { registerWebhooks } from './people/webhooksCommand.ts';
import { createScreen } from './progressScreen.ts';
import { registerPublish } from './publish/command.ts';
import { registerRun } from './runs/command.ts';
import { registerSchedule } from './schedule/command.ts';
import { registerSetup } from './setup/command.ts';
import { registerSnapshots } from './snapshots/command.ts';
import { registerStatus } from './status/command.ts';
import { registerRuns, registerShow } from './status/runsCommand.ts';
import { registerSync } from './sync/command.ts';
import { registerUnload } from './sync/unloadCommand.ts';
import { VARIABLE_NAMES, type VariableName, variableLines } from './variables.ts';

const LOCAL_ENVIRONMENT = '.local/env';
/** What a second Ctrl-C ends with, as shells have it. */
const EXIT_INTERRUPTED = 130;

const now = (): number => performance.now();
const screen = createScreen({
  write: (text) => process.stderr.write(text),
  columns: process.stderr.isTTY ? () => process.stderr.columns : null,
  now,
});
/** What is said for people; with LOG_FORMAT=json, for log collectors. */
let speaker: Speaker = {
  log: createLog((line) => screen.line(line)),
  progress: screen.progress,
  fail: sayFailure,
};

/** Why the answer could not be written out; whoever reads no further (`| head`) has lost nothing. */
let unwritten: Error | null = null;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') unwritten ??= error;
});

async function refuseUnwritten(): Promise<void> {
  // A write that fails says so a moment later.
  await wait(0);
  if (unwritten === null) return;
  throw new BatchError({
    code: 'output_lost',
    message: `what the command had to say could not be written out: ${unwritten.message}`,
    remedy: 'make room where standard output goes, then repeat the command',
    cause: unwritten,
  });
}

/** Platforms kill ten seconds after SIGTERM: whatever hangs, it has been said by then how to go on. */
const LAST_WORD_MS = 8000;

function stopOnSignals(): AbortSignal {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(EXIT_INTERRUPTED);
    const stopped = new BatchError({
      code: 'stopped',
      message: `stopped by ${name} before the end; nothing half-done is live`,
      remedy: 'run the same command again: it goes on where this one stopped',
      exitCode: EXIT.stopped,
    });
    controller.abort(stopped);
    setTimeout(() => process.exit(report(stopped, false)), LAST_WORD_MS).unref();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

/** A shop on a laptop has no environment to set: npm start wrote it down. */
function loadLocalEnvironment(): void {
  const { DATABASE_URL } = process.env;
  if (DATABASE_URL || !existsSync(LOCAL_ENVIRONMENT)) return;
  process.loadEnvFile(LOCAL_ENVIRONMENT);
  speaker.log.info(
    `DATABASE_URL is not set: using the local clouds of ${LOCAL_ENVIRONMENT}, while npm start runs`,
  );
}

function configFile(): ConfigFile | null {
  const { CONFIG_FILE } = process.env;
  return readConfigFile(CONFIG_FILE);
}

function createContext(): CommandContext {
  const signal = stopOnSignals();
  return {
    config: (...parts) => readConfig(process.env, parts, configFile()),
    secret: (name) => process.env[name],
    out: (line) => process.stdout.write(`${line}\n`),
    log: speaker.log,
    progress: speaker.progress,
    clock: () => new Date(),
    signal,
    sleep: async (ms, stop = signal) => {
      await wait(ms, undefined, { signal: stop }).catch((error: unknown) => {
        throw stop.aborted ? stop.reason : error;
      });
    },
  };
}

function createProgram(context: CommandContext): Command {
  const program = new Command('batch')
    .description('Orders in; every customer’s recommendations out, in Postgres and at the edge.')
    .option('--debug', 'show where an error comes from')
    .showHelpAfterError('(batch --help, or batch COMMAND --help, shows what there is)')
    .exitOverride()
    .hook('preAction', (_program, command) => chooseEngine(command.name()))
    .addHelpText('after', () => help());
  registerConfig(program, { env: process.env, file: configFile, out: context.out });
  registerSetup(program, context, {
    env: process.env,
    file: configFile,
    isInteractive: process.stdin.isTTY && process.stderr.isTTY,
  });
  registerMigrate(program, context);
  registerIngest(program, context);
  registerIdentity(program, context);
  registerSync(program, context);
  registerUnload(program, context);
  registerDoctor(program, context);
  registerRun(program, context);
  registerStatus(program, context);
  registerRuns(program, context);
  registerShow(program, context);
  registerPublish(program, context);
  registerBakeOff(program, context);
  registerSnapshots(program, context);
  registerPeople(program, context);
  registerWebhooks(program, context);
  registerExportEmails(program, context);
  registerDefaults(program, context);
  registerCost(program, context);
  registerSchedule(program, context);
  return program;
}

function help(): string {
  return `
In all help texts "batch X" stands for "npm run batch -- X".

Examples:
  npm run batch -- config
  npm run batch -- migrate
  npm run batch -- ingest --orders orders.csv.gz
  npm run batch -- sync
  npm run batch -- run
  npm run batch -- status
  npm run -s batch -- status --json | jq .live     -s: without the lines that npm itself writes there

Settings, from the environment or, but for secrets, from the JSON file (each command asks only for what it
needs; without DATABASE_URL, ${LOCAL_ENVIRONMENT} is used when it exists; AWS credentials are found as by every
AWS tool); batch config shows what each is now and where it comes from:
${variableLines(VARIABLE_NAMES)}

${EXIT_CODES}`;
}

function report(thrown: unknown, debug: boolean): number {
  const error = explainDatabaseError(thrown);
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const known = error instanceof BatchError;
  speaker.fail({
    code: known ? error.code : 'unexpected',
    message: error instanceof Error ? error.message : String(error),
    remedy: known ? error.remedy : 'this was not foreseen; --debug shows where it comes from',
  });
  if (debug) speaker.log.info(describeDeeply(error));
  return known ? error.exitCode : EXIT.failed;
}

function sayFailure({ code, message, remedy }: Failure): void {
  screen.line(`error: ${message} [${code}]`);
  screen.line(`  what to do: ${remedy}`);
}

function describeDeeply(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by: ${describeDeeply(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}

/** The commands whose answer depends on the engine. */
const ENGINE_COMMANDS: ReadonlySet<string> = new Set(['run', 'bakeoff', 'cost', 'doctor', 'schedule']);

/** With ENGINE=auto the database says which engine did better; the choice stands for this process. */
async function chooseEngine(command: string): Promise<void> {
  const settingOf = (name: VariableName) =>
    configValues(process.env, configFile()).find((setting) => setting.name === name)?.value ?? null;
  if (settingOf('ENGINE') === 'auto' && ENGINE_COMMANDS.has(command)) {
    const { database } = readConfig(process.env, ['engines', 'database'], configFile());
    const choice = await readEngineChoice(database.url);
    speaker.log.info(`engine ${choice.engine}: ${choice.why}`);
    process.env['ENGINE'] = choice.engine;
  }
  // The AWS client reads this variable by itself.
  if (settingOf('AWS_ENDPOINT_URL_PERSONALIZE') === null) delete process.env['AWS_ENDPOINT_URL_PERSONALIZE'];
}

/** Before the first word is said. What is wrong with the configuration is said by the command, as text. */
function isJsonWanted(): boolean {
  try {
    return readConfig(process.env, ['log'], configFile()).log.format === 'json';
  } catch {
    return false;
  }
}

if (isJsonWanted())
  speaker = createJsonOutput({ write: (line) => process.stderr.write(line), clock: () => new Date(), now });
loadLocalEnvironment();
for (const line of mistypedVariables(process.env)) speaker.log.warn(line);
const program = createProgram(createContext());
try {
  await program.parseAsync(process.argv);
  await refuseUnwritten();
  process.exitCode = EXIT.ok;
} catch (error) {
  process.exitCode = report(error, process.argv.includes('--debug'));
}
// Connections that a stopped step left open must not keep the process.
process.exit();
