import { HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Pool } from 'pg';
import { z } from 'zod';
import { explainDatabaseError } from '../db/explainDatabaseError.ts';
import { type CloudRow, look, NotKnown } from './look.ts';

/** AWS refuses signatures that are off by 5 minutes. */
const LONGEST_DIFFERENCE_S = 120;
const Now = z.object({ now: z.date() });

interface Clocks {
  readonly pool: Pool;
  readonly s3: S3Client;
  readonly bucket: string;
  readonly clock: () => Date;
}

export function lookAtClocks({ pool, s3, bucket, clock }: Clocks): Promise<CloudRow>[] {
  const remedy = 'set the clock of this machine by a time server (NTP): AWS refuses calls of a wrong clock';
  return [
    look('clock and the database’s', remedy, async () => {
      const { rows } = await pool.query('SELECT clock_timestamp() AS now').catch((error: unknown) => {
        throw explainDatabaseError(error);
      });
      return difference(Now.parse(rows[0]).now, clock());
    }),
    look('clock and S3’s', remedy, async () => {
      const date = await dateOfS3(s3, bucket);
      if (date === null) throw new NotKnown('S3 did not say the time');
      return difference(date, clock());
    }),
  ];
}

function difference(theirs: Date, ours: Date): string {
  const seconds = Math.round((ours.getTime() - theirs.getTime()) / 1000);
  const said = `${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead'}`;
  if (Math.abs(seconds) > LONGEST_DIFFERENCE_S) throw new Error(`this machine is ${said}`);
  return seconds === 0 ? 'the same to the second' : said;
}

/** The time an answer says it was given at, be it a refusal. */
async function dateOfS3(s3: S3Client, bucket: string): Promise<Date | null> {
  let date: string | undefined;
  const command = new HeadBucketCommand({ Bucket: bucket });
  command.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      date = Answer.parse(answer.response).headers['date'];
      return answer;
    },
    { step: 'deserialize', priority: 'low', name: 'readDate' },
  );
  await s3.send(command).catch(() => undefined);
  return date === undefined ? null : new Date(date);
}

const Answer = z.object({ headers: z.record(z.string(), z.string()) }).loose();
