import { startPersonalize } from '../start.ts';

/** A stand-in in a process of its own, to be killed: `serve.ts <data folder> <S3's address>`. Says its address. */
const [dataDir = '', endpoint = ''] = process.argv.slice(2);
const running = await startPersonalize({
  dataDir,
  s3: { endpoint, region: 'eu-central-1', credentials: { accessKeyId: 'any', secretAccessKey: 'any' } },
  profile: 'engine',
  log: () => {},
});
process.stdout.write(`${running.url}\n`);
