/**
 * Runs before every script of package.json that needs packages (its pre… scripts), so that each works
 * on a bare clone: sees to it that node_modules is what package-lock.json says, and that a Node of at
 * least version 22 runs what comes next. Plain JavaScript for Node 18 and later, without any package.
 *
 * node local/bootstrap/install.mjs [project folder]
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_NEEDED = 22;
const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '../..'));
const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8');
const stampFile = join(root, 'node_modules/.installed-from');
/** What the folder was installed from; another platform needs other binaries. */
const stamp = `${createHash('sha256').update(lockText).digest('hex')} ${process.platform}-${process.arch}\n`;
const lockFile = join(root, '.local/installing');
/** In the lock: which process holds it, and when that started, since ids are given out again. */
const holder = `${process.pid} ${startTimeOf(process.pid)}`;

if (!isInstalled()) await installOnce();
requireNode();

function isInstalled() {
  if (readOr(stampFile, '') === stamp) return true;
  if (!matchesLock()) return false;
  writeFileSync(stampFile, stamp);
  return true;
}

/** Whether somebody ran `npm ci` by hand: npm's own list of what it installed equals the lock. */
function matchesLock() {
  const wanted = JSON.parse(lockText).packages ?? {};
  const present = JSON.parse(readOr(join(root, 'node_modules/.package-lock.json'), '{}')).packages;
  if (present === undefined) return false;
  const isSame = ([path, one]) =>
    path === '' ||
    (present[path] === undefined
      ? one.optional === true || one.devOptional === true
      : isEqual(present[path], one));
  return Object.entries(wanted).every(isSame) && Object.keys(present).every((path) => path in wanted);
}

function isEqual(left, right) {
  return left.version === right.version && left.integrity === right.integrity;
}

/** One `npm ci` at a time: it begins by deleting the folder that another one is filling. */
async function installOnce() {
  mkdirSync(dirname(lockFile), { recursive: true });
  let told = false;
  while (!takeLock()) {
    if (!told)
      console.log(
        `Packages are being installed by process ${readOr(lockFile, '?').split(' ')[0]}; waiting for it …`,
      );
    told = true;
    await new Promise((resume) => setTimeout(resume, 300));
  }
  try {
    if (!isInstalled()) await install();
  } finally {
    releaseLock();
  }
}

/** The lock appears with its content: nobody reads it half-written and takes it for stale. */
function takeLock() {
  const draft = `${lockFile}.${process.pid}`;
  writeFileSync(draft, holder);
  try {
    linkSync(draft, lockFile);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!isHeld(readOr(lockFile, ''))) rmSync(lockFile, { force: true });
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Only our own: also a process that never took it ends through here. */
function releaseLock() {
  if (readOr(lockFile, '') === holder) rmSync(lockFile, { force: true });
}

/** A lock with our own number, as containers give out again, is another's: we do not hold it yet. */
function isHeld(text) {
  const [pidText, startTime] = text.split(' ');
  const pid = Number(pidText);
  if (!isAlive(pid) || pid === process.pid) return false;
  return !startTime || startTimeOf(pid) === startTime;
}

/** As Linux tells it, in field 22, counted from behind the name in parentheses; '' elsewhere. */
function startTimeOf(pid) {
  const stat = readOr(`/proc/${pid}/stat`, '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function isAlive(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

async function install() {
  console.log('Installing the packages that package-lock.json names (npm ci). This is done once.');
  const started = Date.now();
  // Everything is needed to run locally, whatever this machine's npm leaves out by default.
  const args = [
    'ci',
    '--include=dev',
    '--include=optional',
    '--ignore-scripts=false',
    '--no-audit',
    '--no-fund',
  ];
  const npm = process.env.npm_execpath;
  const child = /\.[cm]?js$/.test(npm ?? '')
    ? spawn(process.execPath, [npm, ...args], { cwd: root, stdio: 'inherit' })
    : spawn('npm', args, { cwd: root, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  const code = await new Promise((resume) => {
    child.once('error', (error) => resume(error.message));
    child.once('exit', (exitCode, signal) => resume(exitCode ?? signal));
  });
  if (code !== 0) {
    stop(
      `The packages could not be installed (npm ci ended with ${code}; its reason is above).`,
      'The package registry must be reachable once. Then run the same command again.',
    );
  }
  writeFileSync(stampFile, stamp);
  console.log(`Packages installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}

/** npm puts node_modules/.bin first, so the Node that came with the packages, if any, is used. */
function requireNode() {
  const fromPackages = spawnSync(join(root, 'node_modules/.bin/node'), ['--version'], { encoding: 'utf8' });
  const version = fromPackages.status === 0 ? fromPackages.stdout.trim() : process.version;
  if (Number(version.slice(1).split('.')[0]) >= NODE_NEEDED) return;
  stop(
    `Node ${NODE_NEEDED} or newer is needed, and this is ${version} on ${process.platform}-${process.arch},`,
    'for which no newer one comes with the packages. Install one from https://nodejs.org and run this again.',
  );
}

function stop(...lines) {
  for (const line of lines) console.error(line);
  releaseLock();
  process.exit(1);
}

function readOr(file, fallback) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return fallback;
  }
}
