import { Stack } from 'aws-cdk-lib';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../core/deployment.js';
import { builtDocuments } from './bundles.js';

/** The fixed scripts that may run on nodes, as documents of Systems Manager. A new text is a new version of the same document. */
export class Documents extends Construct {
  readonly #looking: Readonly<Record<string, string>>;
  readonly #all: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, bundles?: string) {
    super(scope, id);
    const made = builtDocuments(bundles).map(({ name, kind, content }) => {
      const document = new CfnDocument(this, pascal(name), {
        content,
        documentFormat: 'JSON',
        documentType: 'Command',
        targetType: '/AWS::EC2::Instance',
        updateMethod: 'NewVersion',
      });
      return { name, kind, ref: document.ref };
    });
    const named = (some: typeof made) => Object.fromEntries(some.map(({ name, ref }) => [name, ref]));
    this.#looking = named(made.filter(({ kind }) => kind === 'look'));
    this.#all = named(made);
  }

  /** What a function may send: everything, or only what changes nothing on a node. */
  of(kind: DocumentKind): SendableDocuments {
    const names = kind === 'all' ? this.#all : this.#looking;
    return {
      names: Object.values(names),
      environment: { [ENVIRONMENT.documents]: Stack.of(this).toJsonString(names) },
    };
  }
}

export type DocumentKind = 'look' | 'all';

export interface SendableDocuments {
  /** As CloudFormation names them. */
  readonly names: readonly string[];
  /** By which a function finds them. */
  readonly environment: Readonly<Record<string, string>>;
}

const pascal = (name: string): string =>
  name.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, first: string) => first.toUpperCase());
