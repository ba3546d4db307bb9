import { startPersonalize } from '../local/personalize/start.ts';
import { startS3 } from '../local/s3/startS3.ts';

/**
 * One stand-in in a process of its own, so that its memory can be told from the others':
 * `cloudProcess.ts s3 DIR BUCKET` or `cloudProcess.ts personalize DIR S3_URL`. Tells its address by IPC, ends with the
 * channel.
 */
async function start(kind: string, dataDir: string, rest: string): Promise<string> {
  if (kind === 's3') return (await startS3({ dataDir, buckets: [rest] })).url;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const s3 = { endpoint: rest, region: 'eu-central-1', credentials };
  const log = (message: string) => console.error(`personalize: ${message}`);
  return (await startPersonalize({ dataDir, s3, profile: 'engine', log })).url;
}

process.on('disconnect', () => process.exit(0));
const [kind = '', dataDir = '', rest = ''] = process.argv.slice(2);
process.send?.({ url: await start(kind, dataDir, rest) });
