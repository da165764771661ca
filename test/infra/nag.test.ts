import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, it } from 'vitest';
import type { ControlPlaneProps } from '../../lib/infra/control-plane-props.js';
import { HoldfastStack } from '../../lib/infra/holdfast-stack.js';
import { validatedByCdk } from '../support/cdk-validation.js';
import { appLikeOurs, fakeBundles } from '../support/synthesized.js';

validatedByCdk();

const FULL: ControlPlaneProps = {
  dashboard: true,
  imageParameters: ['/images/web'],
  probeInterval: Duration.minutes(2),
  removalPolicy: RemovalPolicy.DESTROY,
};

const checked = (props: (stack: HoldfastStack) => ControlPlaneProps) => {
  const app = appLikeOurs();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  // As it is by default.
  const other = new HoldfastStack(app, 'Other', { controlPlane: { bundles: fakeBundles() } });
  new HoldfastStack(app, 'Holdfast', { controlPlane: { bundles: fakeBundles(), ...props(other) } });
  return app;
};

it('synthesizes without a finding of cdk-nag that is not acknowledged, by default and with every option', () => {
  checked(() => FULL).synth();
});

it('synthesizes in a VPC and under customer keys without findings of our own', () => {
  const app = checked((other) => ({
    vpc: Vpc.fromVpcAttributes(other, 'V', {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['a'],
      privateSubnetIds: ['subnet-0123456789abcdef0'],
      privateSubnetRouteTableIds: ['rtb-0123456789abcdef0'],
    }),
    encryptionKey: Key.fromKeyArn(
      other,
      'K',
      'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555',
    ),
    volumeKeys: [
      Key.fromKeyArn(
        other,
        'W',
        'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-666666666666',
      ),
    ],
  }));
  app.synth();
});

it('fails the synth on a finding that nobody acknowledged', () => {
  const app = checked((other) => {
    new Key(other, 'NotRotated');
    return {};
  });
  expect(() => app.synth()).toThrow(/AwsSolutions-KMS5/);
});
