import { InvalidDocument, InvalidParameters } from '@aws-sdk/client-ssm';
import type { NodeDocument } from '../../ports/flavor.js';

type Values = Readonly<Record<string, readonly string[]>>;

export interface Documents {
  /** From the first one on, only documents that were put may be sent. */
  put(name: string, document: NodeDocument): void;
  /**
   * The document of that name; `undefined` while none was ever put, when every name goes.
   * @throws {InvalidDocument} when it is not there. @throws {InvalidParameters} when a value is missing, unknown or not allowed.
   */
  check(name: string, values: Values): NodeDocument | undefined;
}

/** The account's own SSM documents. */
export function documents(): Documents {
  const stored = new Map<string, NodeDocument>();
  return {
    put: (name, document) => void stored.set(name, document),
    check: (name, values) => {
      if (stored.size === 0) return undefined;
      const document = stored.get(name);
      if (!document) {
        const message = `document ${name} does not exist in your account`;
        throw new InvalidDocument({ message, Message: message, ...failed });
      }
      const mistake = mistakeIn(document, values);
      if (mistake === undefined) return document;
      throw new InvalidParameters({ message: mistake, Message: mistake, ...failed });
    },
  };
}

const failed = { $metadata: { httpStatusCode: 400 } };

const mistakeIn = ({ parameters }: NodeDocument, values: Values): string | undefined => {
  const unknown = Object.keys(values).find((name) => !(name in parameters));
  if (unknown !== undefined) return `parameter ${unknown} is not defined in the document`;
  for (const [name, { pattern }] of Object.entries(parameters)) {
    const given = values[name];
    if (given === undefined) return `parameter ${name} is not provided`;
    const [value = ''] = given;
    if (given.length !== 1) return `parameter ${name} is a String, and takes one value`;
    if (!new RegExp(pattern).test(value)) {
      return `parameter ${name} with the value ${JSON.stringify(value)} does not match the pattern ${pattern}`;
    }
  }
  return undefined;
};
