import { RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import { type Grant, type IGrantable, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { type FunctionName, type StateMachineName, SWEEP_PERIOD_SECONDS } from '../core/deployment.js';
import { AlarmRemoval } from './alarm-removal.js';
import { AlarmTopic } from './alarm-topic.js';
import { Alarms } from './alarms.js';
import { CheckHealth } from './check-health.js';
import { ConfigBucket } from './config-bucket.js';
import { ConfigUploaded } from './config-uploaded.js';
import type { ControlPlaneProps } from './control-plane-props.js';
import { Documents } from './documents.js';
import { FleetDashboard } from './fleet-dashboard.js';
import type { Foundation } from './foundation.js';
import { GroupApi } from './group-api.js';
import { GroupTable } from './group-table.js';
import { InstanceChanged } from './instance-changed.js';
import { NodeRole } from './node-role.js';
import { controlPlaneOutputs } from './outputs.js';
import { Reconcile } from './reconcile.js';
import { RollingUpdate } from './rolling-update.js';
import { StartRollout } from './start-rollout.js';
import { Sweep } from './sweep.js';
import { WakeQueue } from './wake-queue.js';

/**
 * A whole control plane: table, config bucket, functions, state machines, queues, rules, alarms and a role for nodes. Several live
 * side by side in one stack or account; each touches only instances that carry its own name.
 */
export class ControlPlane extends Construct {
  /** Value of the tag `holdfast.stack`. */
  readonly stackTag: string;
  readonly configBucket: Bucket;
  readonly nodeRole: NodeRole;
  readonly topic: ITopic;
  readonly functions: Readonly<Record<FunctionName, LambdaFunction>>;
  readonly machines: Readonly<Record<StateMachineName, StateMachine>>;
  /** Of functions that other constructs add to this control plane. */
  readonly bundles: string | undefined;
  readonly logRetention: RetentionDays;
  readonly #api: GroupApi;

  constructor(scope: Construct, id: string, props: ControlPlaneProps = {}) {
    super(scope, id);
    this.stackTag = checkedName(props.name ?? defaultName(this));
    this.bundles = props.bundles;
    this.logRetention = props.logRetention ?? RetentionDays.ONE_MONTH;
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    const kept = { removalPolicy, ...(props.encryptionKey ? { encryptionKey: props.encryptionKey } : {}) };
    const table = new GroupTable(this, 'Groups', kept);
    const config = new ConfigBucket(this, 'Config', kept);
    const wakes = new WakeQueue(this, 'Wakes');
    this.nodeRole = new NodeRole(this, 'Nodes', { removalPolicy });
    this.configBucket = config.bucket;
    this.topic = props.topic ?? new AlarmTopic(this, 'Topic', props.encryptionKey).topic;

    const foundation: Foundation = {
      ...props,
      stackTag: this.stackTag,
      table,
      config,
      wakes: wakes.queue,
      topic: this.topic,
      nodeRole: this.nodeRole,
      documents: new Documents(this, 'Documents', props.bundles),
      probeIntervalSeconds: props.probeInterval?.toSeconds() ?? SWEEP_PERIOD_SECONDS,
      logRetention: this.logRetention,
    };
    const reconcile = new Reconcile(this, 'Reconcile', {
      foundation,
      nodeRoles: props.nodeRoles ?? [],
      volumeKeys: props.volumeKeys ?? [],
    }).function;
    // Deleted after reconcile, so that no alarm is made anew behind it.
    reconcile.node.addDependency(new AlarmRemoval(this, 'AlarmRemoval', foundation));
    const imageParameters = props.imageParameters ?? [];
    this.#api = new GroupApi(this, 'GroupApi', { foundation, reconcile, imageParameters });
    const uploads = new ConfigUploaded(this, 'ConfigUploaded', { foundation, reconcile, imageParameters });
    const changes = new InstanceChanged(this, 'InstanceChanged', { foundation, reconcile });
    const sweep = new Sweep(this, 'Sweep', { foundation, reconcile });
    const checkHealth = new CheckHealth(this, 'CheckHealth', { foundation }).function;
    const machines = new RollingUpdate(this, 'RollingUpdate', {
      foundation,
      functions: { reconcile, 'check-health': checkHealth },
    });
    const rollouts = new StartRollout(this, 'StartRollout', { foundation, machine: machines.rollingUpdate });

    this.functions = {
      'group-api': this.#api.function,
      'config-uploaded': uploads.function,
      'instance-changed': changes.function,
      sweep: sweep.function,
      reconcile,
      'check-health': checkHealth,
      'start-rollout': rollouts.function,
    };
    this.machines = { 'health-check': machines.healthCheck, 'rolling-update': machines.rollingUpdate };
    new Alarms(this, 'Alarms', {
      stackTag: this.stackTag,
      topic: this.topic,
      functions: this.functions,
      deadLetters: {
        wakes: wakes.deadLetters,
        'config-uploaded': uploads.deadLetters,
        'instance-changed': changes.deadLetters,
        sweep: sweep.deadLetters,
        'start-rollout': rollouts.deadLetters,
      },
      divergenceMinutes: props.divergenceMinutes ?? 15,
    });
    if (props.dashboard) {
      new FleetDashboard(this, 'Fleet', {
        stackTag: this.stackTag,
        functions: Object.values(this.functions),
        wakes: wakes.queue,
      });
    }
    if (props.permissionsBoundary) PermissionsBoundary.of(this).apply(props.permissionsBoundary);
    controlPlaneOutputs(this, props.outputPrefix ?? id, this.#api, config.bucket, this.stackTag);
  }

  /** Lets a principal look: every method that changes nothing. */
  grantRead(grantee: IGrantable): Grant {
    return this.#api.grant(grantee, 'read');
  }

  /** Lets a principal look and change what is declared, but not destroy by name. */
  grantCommit(grantee: IGrantable): Grant {
    return this.#api.grant(grantee, 'read', 'commit');
  }

  /** Lets a principal do everything. */
  grantDestroy(grantee: IGrantable): Grant {
    return this.#api.grant(grantee, 'read', 'commit', 'destroy');
  }
}

/** Unlike any other in the account and region: a stack's name is, and so is a path in the stack. */
const defaultName = (plane: Construct): string => {
  const stack = Stack.of(plane);
  const inside = plane.node.scopes.slice(stack.node.scopes.length).map((it) => it.node.id);
  return [stack.stackName, ...inside].join('/');
};

/** It becomes part of a tag, of alarm names and of IAM patterns, where `*`, `?` and `:` mean something else. */
const checkedName = (name: string): string => {
  if (Token.isUnresolved(name) || /^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$/.test(name)) return name;
  throw new Error(
    `"${name}" cannot name a control plane: use up to 128 letters, digits, ".", "_", "/" and "-", a letter or digit first`,
  );
};
