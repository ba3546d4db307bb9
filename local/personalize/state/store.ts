import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { type Kind, Resource, type ResourceOf } from './records.ts';

const StateFile = z.object({ format: z.literal(1), nextSequence: z.int(), resources: z.array(Resource) });

class StateFileError extends Error {
  override readonly name = 'StateFileError';
  readonly code = 'state_file_unreadable';
  readonly remedy: string;

  constructor(path: string, cause: unknown) {
    super(`The state file ${path} cannot be read.`, { cause });
    this.remedy = `Move ${path} away to begin with an empty account, or put back a copy.`;
  }
}

async function readState(path: string): Promise<z.infer<typeof StateFile>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return { format: 1, nextSequence: 0, resources: [] };
    }
    throw new StateFileError(path, error);
  }
  try {
    return StateFile.parse(JSON.parse(text));
  } catch (error) {
    throw new StateFileError(path, error);
  }
}

/** Replaces a file whole: readers and a crash see the old text or the new one. */
async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** Every resource of the account, in memory and in one file. Records are replaced, never changed in place. */
export class StateStore {
  readonly #path: string;
  readonly #resources: Map<string, Resource>;
  #nextSequence: number;
  #dirty = false;
  #writing: Promise<void> | null = null;

  private constructor(path: string, state: z.infer<typeof StateFile>) {
    this.#path = path;
    this.#nextSequence = state.nextSequence;
    this.#resources = new Map(state.resources.map((resource) => [resource.arn, resource]));
  }

  static async open(path: string): Promise<StateStore> {
    await mkdir(dirname(path), { recursive: true });
    return new StateStore(path, await readState(path));
  }

  nextSequence(): number {
    return this.#nextSequence++;
  }

  get(arn: string): Resource | null {
    return this.#resources.get(arn) ?? null;
  }

  /** The resource of that kind, or null when there is none of that name or it is of another kind. */
  find<K extends Kind>(kind: K, arn: string): ResourceOf<K> | null {
    const found = this.#resources.get(arn);
    return found !== undefined && isKind(found, kind) ? found : null;
  }

  all(): Resource[] {
    return [...this.#resources.values()];
  }

  /** Resources of one kind, oldest first. */
  list<K extends Kind>(kind: K): ResourceOf<K>[] {
    const found: ResourceOf<K>[] = [];
    for (const resource of this.#resources.values()) if (isKind(resource, kind)) found.push(resource);
    return found.sort((a, b) => a.sequence - b.sequence);
  }

  put(resource: Resource): Promise<void> {
    this.#resources.set(resource.arn, resource);
    return this.#save();
  }

  /** As `put`; when it cannot be stored, memory too has again what it had, unless that changed meanwhile. */
  async putOrUndo(resource: Resource): Promise<void> {
    const before = this.#resources.get(resource.arn);
    try {
      await this.put(resource);
    } catch (error) {
      if (this.#resources.get(resource.arn) === resource) {
        if (before === undefined) this.#resources.delete(resource.arn);
        else this.#resources.set(resource.arn, before);
      }
      throw error;
    }
  }

  remove(arn: string): Promise<void> {
    this.#resources.delete(arn);
    return this.#save();
  }

  /** As `remove`; when that cannot be stored, the resource is there again. */
  async removeOrUndo(arn: string): Promise<void> {
    const before = this.#resources.get(arn);
    try {
      await this.remove(arn);
    } catch (error) {
      if (before !== undefined && !this.#resources.has(arn)) this.#resources.set(arn, before);
      throw error;
    }
  }

  /** Resolves when everything put so far is on disk. Changes made during a write share the next one. */
  async #save(): Promise<void> {
    this.#dirty = true;
    while (this.#dirty || this.#writing !== null) {
      this.#writing ??= this.#write();
      await this.#writing;
    }
  }

  async #write(): Promise<void> {
    try {
      this.#dirty = false;
      const state = { format: 1, nextSequence: this.#nextSequence, resources: this.all() };
      await writeWhole(this.#path, JSON.stringify(state));
    } finally {
      this.#writing = null;
    }
  }

  async settled(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }
}

function isKind<K extends Kind>(resource: Resource, kind: K): resource is ResourceOf<K> {
  return resource.kind === kind;
}
