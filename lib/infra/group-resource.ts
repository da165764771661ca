import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Policy, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { GROUP_API_FUNCTION } from '../core/deployment.js';
import { bundleOf } from './bundles.js';
import type { ControlPlane } from './control-plane.js';
import { FUNCTION_DEFAULTS } from './holdfast-function.js';

/** Lambda's longest. */
const TIMEOUT = Duration.minutes(15);

/**
 * The function behind all groups that one stack declares for one control plane. It may commit, it may destroy once a
 * group says so, and it may start itself anew, since a rollout may take longer than an invocation. Not in the VPC, for
 * the reason that `AlarmRemoval` is not.
 */
export class GroupResource extends Construct {
  readonly serviceToken: string;
  readonly #controlPlane: ControlPlane;
  readonly #role: Role;
  #destroys = false;

  /** The one of a stack, made when it is asked for first. */
  static in(stack: Stack, controlPlane: ControlPlane): GroupResource {
    // Below the control plane it is under that one's permissions boundary.
    const scope = Stack.of(controlPlane) === stack ? controlPlane : stack;
    const id = scope === controlPlane ? 'GroupResource' : `GroupResource${controlPlane.node.addr}`;
    const made = scope.node.tryFindChild(id);
    return made instanceof GroupResource ? made : new GroupResource(scope, id, controlPlane);
  }

  private constructor(scope: Construct, id: string, controlPlane: ControlPlane) {
    super(scope, id);
    const { stackTag, bundles, logRetention } = controlPlane;
    const description = `Holdfast ${stackTag}: commits and ends groups that templates declare`;
    const logGroup = new LogGroup(this, 'Log', {
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.#controlPlane = controlPlane;
    this.#role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description,
      inlinePolicies: {
        Own: new PolicyDocument({
          minimize: false,
          statements: [
            new PolicyStatement({
              sid: 'Log',
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [logGroup.logGroupArn],
            }),
            // To tell the roll-back of an update from an update.
            new PolicyStatement({
              sid: 'OwnStack',
              actions: ['cloudformation:DescribeStacks'],
              resources: [Aws.STACK_ID],
            }),
          ],
        }),
      },
    });
    controlPlane.grantCommit(this.#role);
    const handler = new LambdaFunction(this, 'Function', {
      ...FUNCTION_DEFAULTS,
      description,
      code: Code.fromAsset(bundleOf('group-resource', bundles)),
      role: this.#role,
      logGroup,
      timeout: TIMEOUT,
      memorySize: 256,
      environment: { [GROUP_API_FUNCTION]: controlPlane.functions['group-api'].functionName },
    });
    // A policy of its own: the function depends on those that are the role's.
    new Policy(this, 'GoOn', {
      roles: [this.#role],
      statements: [
        new PolicyStatement({
          sid: 'GoOn',
          actions: ['lambda:InvokeFunction'],
          resources: [handler.functionArn],
        }),
      ],
    });
    this.serviceToken = handler.functionArn;
  }

  /** Lets it destroy groups. */
  allowDestroy(): void {
    if (this.#destroys) return;
    this.#destroys = true;
    this.#controlPlane.grantDestroy(this.#role);
  }
}
