import { CustomResource, Duration, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { declaredMistakes } from '../config/check-declared.js';
import type { GroupProperties } from '../config/group-properties.js';
import { flavorRegistry } from '../flavors/index.js';
import type { ControlPlane } from './control-plane.js';
import { GroupResource } from './group-resource.js';

export interface GroupProps {
  readonly controlPlane: ControlPlane;
  /**
   * The group's id; 1 to 128 of letters, digits, `.`, `_` and `-`, starting with a letter or digit. Another id is
   * another group: it is committed first, then the old one is deleted as `removalPolicy` says. @default the construct's id
   */
  readonly groupId?: string;
  /**
   * `Allocation`, `Instance`, `Flavor`, … as in a config document, all mistakes of which fail the synth. May hold what
   * only the deployment knows, such as the id of a subnet.
   */
  readonly properties: GroupProperties;
  /**
   * Whether a deployment waits until the group is as declared, and fails when its rollout fails. Waiting costs an
   * invocation of a Lambda that lasts as long. @default false, the commit is enough
   */
  readonly wait?: boolean;
  /**
   * How long to wait, for a deletion that destroys, too. CloudFormation itself waits for an hour, so no more than
   * 55 minutes. @default 55 minutes
   */
  readonly waitTimeout?: Duration;
  /**
   * What becomes of the group when it leaves the template. `DESTROY`: its instances are drained and ended, and that is
   * waited for. `RETAIN`: it stays watched. @default it is freed: its instances stay and nobody watches them
   */
  readonly removalPolicy?: RemovalPolicy.DESTROY | RemovalPolicy.RETAIN;
}

const LONGEST_WAIT = Duration.minutes(55);
/** CloudFormation's. */
const MOST_SECONDS = 3600;
/** For the last look and the answer; CloudFormation's hour holds both. */
const BEYOND_WAIT = Duration.minutes(3);

/**
 * A group declared in a CDK app. Creation and update commit it; when a deployment fails, CloudFormation commits what
 * was declared before. A group of that id that is there already is taken over, and stays when taking it over fails.
 * Shrinking it by more than its budget needs `"Allow": ["shrink"]`, as in an upload.
 */
export class Group extends Construct {
  readonly groupId: string;
  readonly #controlPlane: ControlPlane;

  constructor(scope: Construct, id: string, props: GroupProps) {
    super(scope, id);
    const { controlPlane, properties, removalPolicy } = props;
    this.groupId = props.groupId ?? id;
    this.#controlPlane = controlPlane;
    const waits = props.waitTimeout ?? LONGEST_WAIT;
    this.node.addValidation({
      validate: () => [
        ...declaredMistakes({ id: this.groupId, properties }, flavorRegistry(), (it) =>
          Token.isUnresolved(it),
        ),
        ...timeoutMistakes(waits),
        ...this.#again(),
      ],
    });
    const provider = GroupResource.in(Stack.of(this), controlPlane);
    const destroys = removalPolicy === RemovalPolicy.DESTROY;
    if (destroys) provider.allowDestroy();
    const resource = new CustomResource(this, 'Resource', {
      resourceType: 'Custom::HoldfastGroup',
      serviceToken: provider.serviceToken,
      serviceTimeout: Duration.seconds(Math.min(waits.plus(BEYOND_WAIT).toSeconds(), MOST_SECONDS)),
      properties: {
        GroupId: this.groupId,
        Properties: Stack.of(this).toJsonString(properties),
        Wait: String(props.wait ?? false),
        TimeoutSeconds: String(waits.toSeconds()),
        OnDelete: destroys ? 'destroy' : 'free',
      },
      removalPolicy: removalPolicy ?? RemovalPolicy.DESTROY,
    });
    // A control plane that is whole commits and rolls, and one that is still there frees and destroys.
    resource.node.addDependency(controlPlane, provider);
  }

  /** One group cannot be two things at once. */
  #again(): readonly string[] {
    const others = this.node.root.node
      .findAll()
      .filter((it): it is Group => it instanceof Group && it !== this)
      .filter((it) => it.#controlPlane === this.#controlPlane && it.groupId === this.groupId);
    return others.map((it) => `groups.${this.groupId}: is declared at ${it.node.path} as well`);
  }
}

const timeoutMistakes = (waits: Duration): string[] =>
  waits.toSeconds() >= 60 && waits.toSeconds() <= LONGEST_WAIT.toSeconds()
    ? []
    : [`waitTimeout: must be from 1 to ${LONGEST_WAIT.toMinutes()} minutes, not ${waits.toHumanString()}`];
