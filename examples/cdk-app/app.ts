import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Port, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { ControlPlane, Group, type GroupProperties, NodeRole } from 'holdfast';

/** A network, a control plane, and two groups in it: a web tier and the managers of a swarm. */
class Shop extends Stack {
  constructor(scope: App, id: string) {
    super(scope, id);
    const vpc = new Vpc(this, 'Network', {
      natGateways: 0,
      subnetConfiguration: [{ name: 'nodes', subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: true }],
    });
    const nodes = new SecurityGroup(this, 'Nodes', {
      vpc,
      description: 'Nodes reach each other and the web',
    });
    nodes.connections.allowInternally(Port.allTraffic());

    // Managers write down where they are and what lets others in; a role of their own keeps that from everybody else.
    const cluster = { controlPlane: { stackTag: id }, name: 'swarm', role: 'manager' } as const;
    const managers = new NodeRole(this, 'Managers', { cluster });
    const controlPlane = new ControlPlane(this, 'Holdfast', { name: id, nodeRoles: [managers.role] });

    /** What all instances of this stack have in common. */
    const instance = (name: string, profile?: NodeRole): GroupProperties['Instance'] => ({
      Plugin: 'aws/ec2-instance',
      Properties: {
        RunInstancesInput: {
          ImageId: 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
          InstanceType: 't3.small',
          SecurityGroupIds: [nodes.securityGroupId],
          ...(profile ? { IamInstanceProfile: { Arn: profile.instanceProfileArn } } : {}),
        },
        Subnets: vpc.publicSubnets.map((it) => it.subnetId),
        Tags: { Name: name },
      },
    });

    new Group(this, 'web', {
      controlPlane,
      properties: {
        Allocation: { Size: 4 },
        Instance: instance('web'),
        Flavor: {
          Plugin: 'vanilla',
          Properties: { Init: ['#!/bin/bash', 'dnf install -y nginx', 'systemctl enable --now nginx'] },
        },
        Updating: { MaxUnavailable: 1, Canary: { Size: 1, Bake: '2m' }, OnFailure: 'rollback' },
      },
      // The deployment fails when the roll does, and ends the instances when the group leaves the stack.
      wait: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });

    new Group(this, 'managers', {
      controlPlane,
      properties: {
        Allocation: { Size: 3 },
        Instance: instance('manager', managers),
        Flavor: { Plugin: 'swarm/manager', Properties: { Cluster: cluster.name } },
        Updating: { Count: 2 },
      },
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

new Shop(new App(), 'Shop');
