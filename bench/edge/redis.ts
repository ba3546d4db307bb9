import { once } from 'node:events';
import { connect } from 'node:net';

/** Asks Redis one command; the answer is a bulk string, a status, or null. */
export type AskRedis = (command: readonly string[]) => Promise<string | null>;

/**
 * The least a client needs for GET and SET: commands are sent as they come and answered in that order
 * (RESP 2). A library would cost the Node server of the comparison more.
 */
export async function sendRedis(port: number): Promise<AskRedis> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.setNoDelay(true);
  const waiting: { resolve(value: string | null): void; reject(error: Error): void }[] = [];
  let held: Buffer = Buffer.alloc(0);
  socket.on('data', (data: Buffer) => {
    held = held.byteLength === 0 ? data : Buffer.concat([held, data]);
    for (let answer = readAnswer(held); answer !== null; answer = readAnswer(held)) {
      held = held.subarray(answer.end);
      const asked = waiting.shift();
      if (answer.error === null) asked?.resolve(answer.value);
      else asked?.reject(new Error(answer.error));
    }
  });
  socket.on('error', (error) => {
    for (const { reject } of waiting.splice(0)) reject(error);
  });
  return (command) =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      const words = command.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
      socket.write(`*${command.length}\r\n${words.join('')}`);
    });
}

interface Answer {
  readonly value: string | null;
  readonly error: string | null;
  readonly end: number;
}

/** The first answer of the bytes, or null while it is not whole. */
function readAnswer(bytes: Buffer): Answer | null {
  const line = bytes.indexOf('\r\n');
  if (line < 0) return null;
  const kind = String.fromCharCode(bytes[0] ?? 0);
  const text = bytes.toString('utf8', 1, line);
  const from = line + 2;
  if (kind === '-') return { value: null, error: text, end: from };
  if (kind !== '$') return { value: text, error: null, end: from };
  const length = Number(text);
  if (length < 0) return { value: null, error: null, end: from };
  const end = from + length + 2;
  return bytes.byteLength < end
    ? null
    : { value: bytes.toString('utf8', from, from + length), error: null, end };
}
