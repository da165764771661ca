/** A place in AWS, with the physical names that CloudFormation would have given. */
export interface Place {
  readonly region: string;
  readonly account: string;
  /** Physical names by logical id, where they are not the logical id itself. */
  readonly names?: Readonly<Record<string, string>>;
  /** Values of the template's parameters. */
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly [other: string]: unknown;
}

export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
}

type Attributes = Readonly<Record<string, string>> & { readonly Ref: string };

/** Resolves a template's intrinsic functions. What it does not know, it refuses rather than guess. */
export class TemplateValues {
  readonly #template: Template;
  readonly #place: Place;

  constructor(template: Template, place: Place) {
    this.#template = template;
    this.#place = place;
  }

  resolve(value: unknown): unknown {
    if (Array.isArray(value)) {
      return value.map((it) => this.resolve(it)).filter((it) => it !== NO_VALUE);
    }
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (only && entries.length === 1 && (only[0] === 'Ref' || only[0].startsWith('Fn::'))) {
      return this.#intrinsic(only[0], only[1]);
    }
    return Object.fromEntries(
      entries.map(([key, it]) => [key, this.resolve(it)] as const).filter(([, it]) => it !== NO_VALUE),
    );
  }

  text(value: unknown): string {
    const resolved = this.resolve(value);
    if (typeof resolved !== 'string') throw new Error(`${JSON.stringify(value)} is no text`);
    return resolved;
  }

  #list(value: unknown): readonly unknown[] {
    const resolved = this.resolve(value);
    if (!Array.isArray(resolved)) throw new Error(`${JSON.stringify(value)} is no list`);
    return resolved;
  }

  #intrinsic(name: string, argument: unknown): unknown {
    const [first, second] = Array.isArray(argument) ? argument : [argument];
    switch (name) {
      case 'Ref':
        return this.#reference(String(argument));
      case 'Fn::GetAtt': {
        const [id = '', attribute = ''] = Array.isArray(argument)
          ? argument.map(String)
          : String(argument).split('.');
        return this.#attribute(id, attribute);
      }
      case 'Fn::Join':
        return this.#list(second).join(this.text(first));
      case 'Fn::Select':
        return this.#list(second)[Number(this.resolve(first))];
      case 'Fn::Split':
        return this.text(second).split(this.text(first));
      case 'Fn::Sub':
        return this.#substituted(this.text(first), second);
      case 'Fn::ImportValue':
        return this.text(argument);
      default:
        throw new Error(`${name} is not resolved: add it to TemplateValues`);
    }
  }

  #substituted(text: string, variables: unknown): string {
    const own = (typeof variables === 'object' && variables !== null ? variables : {}) as Record<
      string,
      unknown
    >;
    return text.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      if (name in own) return this.text(own[name]);
      const [id = '', attribute] = name.split('.');
      return attribute ? this.#attribute(id, attribute) : this.text({ Ref: name });
    });
  }

  #reference(id: string): unknown {
    const { region, account, parameters } = this.#place;
    const pseudo: Readonly<Record<string, unknown>> = {
      'AWS::Region': region,
      'AWS::AccountId': account,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': 'Stack',
      'AWS::StackId': `arn:aws:cloudformation:${region}:${account}:stack/Stack/1`,
      'AWS::NoValue': NO_VALUE,
    };
    if (id in pseudo) return pseudo[id];
    const parameter = parameters?.[id] ?? this.#template.Parameters?.[id]?.Default;
    if (parameter !== undefined) return parameter;
    return this.#attributes(id).Ref;
  }

  #attribute(id: string, attribute: string): string {
    const value = this.#attributes(id)[attribute];
    if (value === undefined)
      throw new Error(`attribute ${attribute} of ${id} is not known: add it to TemplateValues`);
    return value;
  }

  #attributes(id: string): Attributes {
    const resource = this.#template.Resources[id];
    if (!resource) throw new Error(`the template has no "${id}"`);
    const { region, account, names } = this.#place;
    const name = names?.[id] ?? id;
    const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
    const named = (service: string, rest: string): Attributes => ({ Ref: name, Arn: arn(service, rest) });
    const property = (key: string) => this.resolve(resource.Properties?.[key]);
    switch (resource.Type) {
      case 'AWS::DynamoDB::Table':
        return named('dynamodb', `table/${name}`);
      case 'AWS::S3::Bucket': {
        const bucket = names?.[id] ?? name.toLowerCase();
        return { Ref: bucket, Arn: `arn:aws:s3:::${bucket}` };
      }
      case 'AWS::SQS::Queue':
        return {
          Ref: `https://sqs.${region}.amazonaws.com/${account}/${name}`,
          Arn: arn('sqs', name),
          QueueName: name,
        };
      case 'AWS::Lambda::Function':
        return named('lambda', `function:${name}`);
      case 'AWS::Lambda::Version':
        return { Ref: `${arn('lambda', 'function:')}${property('FunctionName')}:1`, Version: '1' };
      case 'AWS::Lambda::Alias':
        return { Ref: `${arn('lambda', 'function:')}${property('FunctionName')}:${property('Name')}` };
      case 'AWS::IAM::Role':
        return { Ref: name, Arn: `arn:aws:iam::${account}:role/${name}` };
      case 'AWS::IAM::InstanceProfile':
        return { Ref: name, Arn: `arn:aws:iam::${account}:instance-profile/${name}` };
      case 'AWS::SSM::Document':
        return { Ref: name };
      case 'AWS::SNS::Topic':
        return { Ref: arn('sns', name), TopicArn: arn('sns', name), TopicName: name };
      case 'AWS::Logs::LogGroup':
        return named('logs', `log-group:${name}:*`);
      case 'AWS::Events::Rule':
        return named('events', `rule/${name}`);
      case 'AWS::StepFunctions::StateMachine': {
        const machine = arn('states', `stateMachine:${name}`);
        return { Ref: machine, Arn: machine, Name: name };
      }
      case 'AWS::KMS::Key':
        return { Ref: name, KeyId: name, Arn: arn('kms', `key/${name}`) };
      default:
        throw new Error(`references to ${resource.Type} are not resolved: add it to TemplateValues`);
    }
  }
}

const NO_VALUE = Symbol('AWS::NoValue');
