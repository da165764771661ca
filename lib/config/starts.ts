import type { JsonObject } from '../core/json.js';

export const STARTING_KINDS = ['swarm', 'zookeeper', 'etcd', 'web'] as const;
export type StartingKind = (typeof STARTING_KINDS)[number];

export const isStartingKind = (word: string): word is StartingKind =>
  STARTING_KINDS.some((kind) => kind === word);

/** A group to begin with. Its keys are explained by the schema; `offered` keys are shown, but not set. */
export interface StartingGroup {
  readonly id: string;
  readonly about: string;
  readonly properties: JsonObject;
  readonly offered?: readonly string[];
}

interface Start {
  /** Paragraphs at the head. */
  readonly about: readonly string[];
  readonly groups: readonly StartingGroup[];
}

const REPLACES =
  'A change under Instance or Flavor replaces the instances by a rolling update, TargetGroupARNs excepted; a change elsewhere replaces none.';
const ON_AWS =
  "ImageId and Subnets are the local cloud's. For AWS name your own, and give the instances a profile that may do what their flavor needs.";
const ADDRESSES = `${ON_AWS} LogicalIDs are private addresses of these subnets: choose some that nobody else uses.`;

const instance = (name: string): JsonObject => ({
  Plugin: 'aws/ec2-instance',
  Properties: {
    RunInstancesInput: { ImageId: 'ami-0abc', InstanceType: 't3.small' },
    Subnets: ['subnet-1', 'subnet-2', 'subnet-3'],
    Tags: { Name: name },
  },
});

const PROFILE = 'Instance.Properties.RunInstancesInput.IamInstanceProfile';

/** Kept by address, one at a time, and never destroyed by a slip. */
const ensemble = (
  id: string,
  about: string,
  flavor: JsonObject,
  addresses: readonly string[],
): StartingGroup => ({
  id,
  about,
  properties: {
    Allocation: { LogicalIDs: addresses },
    Updating: { Count: 2 },
    Protect: true,
    Instance: instance(id),
    Flavor: flavor,
  },
  offered: ['Updating.OnFailure', PROFILE, 'Flavor.Properties.DataDir', 'Alarm'],
});

/** What `group init` writes. */
export const STARTS: Readonly<Record<StartingKind, Start>> = {
  swarm: {
    about: [
      'A Docker swarm: three managers that keep a quorum, and workers. They are one cluster by its name.',
      REPLACES,
      ON_AWS,
    ],
    groups: [
      {
        id: 'managers',
        about: 'An odd number of managers, which go one at a time and the leader last.',
        properties: {
          Allocation: { Size: 3 },
          Updating: { Count: 2 },
          Protect: true,
          Instance: instance('managers'),
          Flavor: { Plugin: 'swarm/manager', Properties: { Cluster: 'swarm' } },
        },
        offered: ['Updating.OnFailure', PROFILE, 'Alarm'],
      },
      {
        id: 'workers',
        about: 'As many workers as there is work for.',
        properties: {
          Allocation: { Size: 3 },
          Updating: { MaxSurge: 1 },
          Instance: instance('workers'),
          Flavor: { Plugin: 'swarm/worker', Properties: { Cluster: 'swarm' } },
        },
        offered: ['Flavor.Properties.EngineLabels'],
      },
    ],
  },
  zookeeper: {
    about: ['A ZooKeeper ensemble of three.', REPLACES, ADDRESSES],
    groups: [
      ensemble(
        'ensemble',
        'Each member keeps its address through every replacement.',
        { Plugin: 'zookeeper', Properties: { HeapMegabytes: 512 } },
        ['10.0.1.30', '10.0.2.30', '10.0.3.30'],
      ),
    ],
  },
  etcd: {
    about: ['An etcd cluster of three.', REPLACES, ADDRESSES],
    groups: [
      ensemble(
        'etcd',
        'Each member keeps its address through every replacement.',
        { Plugin: 'etcd', Properties: { Cluster: 'etcd' } },
        ['10.0.1.40', '10.0.2.40', '10.0.3.40'],
      ),
    ],
  },
  web: {
    about: ['Web servers, all alike, over three zones.', REPLACES, ON_AWS],
    groups: [
      {
        id: 'web',
        about: 'Any of them can go; a fifth at most at once.',
        properties: {
          Allocation: { Size: 3 },
          Updating: { MaxUnavailable: '20%', MaxSurge: 1, OnFailure: 'rollback' },
          Repair: { Grace: '5m' },
          Instance: instance('web'),
          Flavor: {
            Plugin: 'vanilla',
            Properties: { Init: ['#!/bin/sh', 'apt-get update -y', 'apt-get install -y nginx'] },
          },
        },
        offered: [
          'Updating.Canary',
          'Updating.Alarms',
          'Updating.MaintenanceWindows',
          'Repair.MaxUnhealthy',
          'Instance.Properties.TargetGroupARNs',
          'Protect',
          'Alarm',
        ],
      },
    ],
  },
};
