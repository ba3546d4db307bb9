import { READS } from '../openapi/reads.ts';
import { edgeOf, PATIENT } from './askEdge.ts';
import { mapKv } from './faultyKv.ts';
import { makePointer, makeSnapshot } from './sampleSnapshot.ts';

/** An hour after the sample snapshot was made: examples do not change with the clock. */
const EXAMPLE_TIME = Date.parse('2026-03-02T01:00:00Z');

/** What the sample shop answers to each read's example, by the read's name. */
export async function askExamples(): Promise<Record<string, unknown>> {
  const snapshot = await makeSnapshot(2);
  const kv = mapKv(new Map([...snapshot.values, makePointer(2, null)]));
  const clock = { now: () => EXAMPLE_TIME, after: () => () => undefined };
  const answers: Record<string, unknown> = {};
  for (const { name, example } of READS) {
    // A fresh isolate each, so that what it counted before is not in the answer.
    const { status, text } = await edgeOf({ kv, clock, env: PATIENT })(example);
    if (status !== 200) throw new Error(`${example} answers ${status}: ${text}`);
    answers[name] = JSON.parse(text);
  }
  return answers;
}
