/**
 * Looks through the tree for names of a real deployment: hosts, addresses, accounts, buckets, keys.
 * Prints each with its place, and ends with 1 when there is any. Plain JavaScript, without packages.
 *
 * node local/bootstrap/deploymentNames.mjs [folder]
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, resolve } from 'node:path';

/** Hosts that name nobody's deployment: reserved names, public documentation, the clouds' own entrances. */
const PUBLIC_HOSTS = [
  /(^|\.)(example|test|invalid|localhost|internal)$/,
  /(^|\.)example\.(com|org|net)$/,
  /^[\w-]*example\.myshopify\.com$/,
  /^(www\.)?(w3\.org|rfc-editor\.org|arxiv\.org|doi\.org|nodejs\.org|shopify\.dev|npmjs\.com|postgresql\.org|biomejs\.dev)$/,
  /^([\w-]+\.)?(github\.com|wikipedia\.org|wikimedia\.org|aws\.amazon\.com|archive\.ics\.uci\.edu)$/,
  /^(api|developers|dash)\.cloudflare\.com$/,
  /^(console\.|api\.)?neon\.(tech|com)$/,
  /^(s3|personalize|personalize-runtime|sts|iam|ec2|123456789012\.dkr\.ecr)(\.[a-z]{2}(-[a-z]+)+-\d)?\.amazonaws\.com$/,
];
/** Endings under which customers get names of their own: suspicious wherever they stand, not only in URLs. */
const CUSTOMER_HOSTS =
  /\b[\w-]+(?:\.[\w-]+)*\.(?:neon\.(?:tech|build)|workers\.dev|pages\.dev|r2\.cloudflarestorage\.com|r2\.dev|myshopify\.com|amazonaws\.com(?:\.cn)?|azurewebsites\.net|run\.app|fly\.dev|vercel\.app)\b/gi;
const URL_HOST = /\b(?:https?|wss?|postgres(?:ql)?|redis|mysql):\/\/(?:[^\s/@'"`]*@)?([a-z0-9][a-z0-9.-]*)/gi;

/** 000000000000 is what the stand-in uses; the others are those of Amazon's documentation. */
const PUBLIC_ACCOUNTS = new Set(['000000000000', '123456789012', '111122223333', '444455556666']);
const ACCOUNTS = [
  /\barn:aws[\w-]*:[\w-]*:[\w-]*:(\d{12})\b/g,
  /['"](\d{12})['"]/g,
  /\baccount\D{0,20}\b(\d{12})\b/gi,
  /\b(\d{12})\.dkr\.ecr\b/g,
];
const DOTTED = /(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w.-]*\w)/g;
/** Loopback, "any", link-local, documentation ranges (RFC 5737), and masks. */
const PUBLIC_ADDRESS = /^(127\.|169\.254\.|0\.0\.0\.0$|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|255\.)/;
const HEX_ID = /(?:account|namespace|zone|database)(?:s\/|_?id\W{0,5}|\W{1,5})([0-9a-f]{32})\b/gi;
const KV_ID = /^\s*(?:preview_)?id\s*=\s*"([0-9a-f]{32})"/gim;
const BUCKET = /\bs3:\/\/([a-z0-9][a-z0-9.-]{2,62})/g;
const PUBLIC_BUCKET = /example|local|test|^bucket$|^my-|^your-|^shop-data$|^results$|^no-such-bucket$/;
const SECRETS = [
  /\b(?:AKIA|ASIA)(?!IOSFODNN7EXAMPLE)[0-9A-Z]{16}\b/g,
  /\bnpg_[A-Za-z0-9]{8,}/g,
  /\bshp(?:at|ca|pa|ss)_[0-9a-f]{16,}/gi,
  /\bgh[pousr]_[A-Za-z0-9]{30,}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/g,
];

function namesIn(text) {
  const found = [];
  const add = (what, pattern, isPublic = () => false) => {
    for (const match of text.matchAll(pattern)) {
      const name = match[1] ?? match[0];
      if (!isPublic(name)) found.push({ what, name, line: text.slice(0, match.index).split('\n').length });
    }
  };
  const isPublicHost = (host) =>
    !host.includes('.') || isDotted(host) || PUBLIC_HOSTS.some((one) => one.test(host.toLowerCase()));
  add('host', URL_HOST, isPublicHost);
  add('host', CUSTOMER_HOSTS, (host) => isPublicHost(host) || /example/i.test(host));
  add('IP address', DOTTED, (address) => PUBLIC_ADDRESS.test(address) || !isDotted(address));
  for (const pattern of ACCOUNTS) add('account id', pattern, (id) => PUBLIC_ACCOUNTS.has(id));
  for (const pattern of [HEX_ID, KV_ID]) add('account or namespace id', pattern, isPlaceholder);
  add('bucket', BUCKET, (name) => PUBLIC_BUCKET.test(name));
  for (const pattern of SECRETS) add('secret', pattern);
  return found;
}

function isDotted(text) {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
}

/** All one digit, or counting up. */
function isPlaceholder(id) {
  return /^(.)\1*$/.test(id) || '0123456789abcdef0123456789abcdef'.startsWith(id.toLowerCase());
}

function filesOf(root) {
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  if (listed.status === 0)
    return [...new Set(listed.stdout.split('\0'))]
      .filter((name) => name !== '')
      .map((name) => join(root, name));
  return walk(root);
}

function walk(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', '.git', '.local', '.wrangler', 'dist', 'coverage'].includes(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return walk(path);
    return entry.isFile() ? [path] : [];
  });
}

/** The lock names the homes of packages; it holds nothing of ours. */
function isText(path) {
  return (
    !path.endsWith('package-lock.json') &&
    !['.png', '.jpg', '.webp', '.gz', '.woff2', '.ico', '.wasm'].includes(extname(path))
  );
}

function readOrEmpty(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

const root = resolve(process.argv[2] ?? '.');
let count = 0;
for (const path of filesOf(root).filter(isText)) {
  for (const { what, name, line } of namesIn(readOrEmpty(path))) {
    count += 1;
    console.error(`${relative(root, path)}:${line}: ${what} ${name}`);
  }
}
if (count > 0) {
  console.error(
    `${count} names that may be of a real deployment. Use reserved names (shop.example, 192.0.2.1,`,
  );
  console.error(
    'account 123456789012) or, for public documentation, add the host to local/bootstrap/deploymentNames.mjs.',
  );
  process.exit(1);
}
console.log('No name of a real deployment is in the tree.');
