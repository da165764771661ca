import { InvalidDefinition } from '@aws-sdk/client-sfn';

export const invalid = (path: string, problem: string): InvalidDefinition =>
  new InvalidDefinition({
    message: `invalid state machine definition: ${path}: ${problem}`,
    $metadata: { httpStatusCode: 400 },
  });

/** The fields of one object of a definition, each read once; what was not read is refused by name at the end. */
export class Fields {
  readonly path: string;
  private readonly values: Readonly<Record<string, unknown>>;
  private readonly unread: Set<string>;

  constructor(path: string, value: unknown) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw invalid(path, 'is no object');
    this.path = path;
    this.values = { ...value };
    this.unread = new Set(Object.keys(value));
    this.unread.delete('Comment');
  }

  names(): readonly string[] {
    return Object.keys(this.values);
  }

  /** `undefined` when absent. */
  any(name: string): unknown {
    this.unread.delete(name);
    return this.values[name];
  }

  text(name: string): string {
    return this.optionalText(name) ?? this.refuse(name, 'is missing');
  }

  optionalText(name: string): string | undefined {
    const value = this.any(name);
    if (value === undefined || typeof value === 'string') return value;
    return this.refuse(name, `${JSON.stringify(value)} is no text`);
  }

  number(name: string, least: number, absent: number): number {
    const value = this.any(name) ?? absent;
    if (typeof value === 'number' && value >= least) return value;
    return this.refuse(name, `${JSON.stringify(value)} is no number of at least ${least}`);
  }

  texts(name: string): readonly string[] {
    const value = this.any(name);
    if (Array.isArray(value) && value.length > 0 && value.every((it) => typeof it === 'string')) return value;
    return this.refuse(name, 'is no list of texts');
  }

  /** Empty when absent. */
  list(name: string): readonly Fields[] {
    const value = this.any(name) ?? [];
    if (!Array.isArray(value)) return this.refuse(name, 'is no list');
    return value.map((it, index) => new Fields(`${this.path}.${name}[${index}]`, it));
  }

  refuse(name: string, problem: string): never {
    throw invalid(`${this.path}.${name}`, problem);
  }

  /** @throws {InvalidDefinition} when there is a field that nobody read. */
  end(): void {
    for (const name of this.unread) this.refuse(name, 'is not supported here by the local Step Functions');
  }
}
