import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ControlPlane } from './control-plane.js';
import type { ControlPlaneProps } from './control-plane-props.js';

export interface HoldfastStackProps extends StackProps {
  readonly controlPlane?: ControlPlaneProps;
}

/** A stack of one control plane, which takes its name. */
export class HoldfastStack extends Stack {
  readonly controlPlane: ControlPlane;

  constructor(scope: Construct, id: string, props: HoldfastStackProps = {}) {
    const { controlPlane, ...stackProps } = props;
    super(scope, id, { description: 'Holdfast: groups of EC2 instances as declared', ...stackProps });
    this.controlPlane = new ControlPlane(this, 'ControlPlane', {
      name: this.stackName,
      outputPrefix: '',
      ...controlPlane,
    });
  }
}
