import dns, { type LookupAddress, type LookupOptions } from 'node:dns';

/**
 * For tests, loaded before a program (`node --import`): Amazon's names lead to this machine, so that a stand-in is
 * asked as Amazon would be, under its own name.
 */
type Found = (error: Error | null, address: string | LookupAddress[], family?: number) => void;
const LOCAL = { address: '127.0.0.1', family: 4 };
const ordinary = dns.lookup;

function lookup(host: string, options: LookupOptions | Found, found?: Found): void {
  const callback = typeof options === 'function' ? options : found;
  if (callback === undefined) throw new TypeError('lookup without a callback');
  const isList = typeof options === 'object' && options.all === true;
  if (!host.endsWith('.amazonaws.com')) Reflect.apply(ordinary, dns, [host, options, found]);
  else if (isList) callback(null, [LOCAL]);
  else callback(null, LOCAL.address, LOCAL.family);
}

Object.assign(dns, { lookup });
