import { describe, expect, it } from 'vitest';
import { ec2Questions } from '../support/iam/ec2-questions.js';

const PLACE = { region: 'eu-west-1', account: '000000000000' };
const LICENCE = 'arn:aws:license-manager:eu-west-1:000000000000:license-configuration:lic-1';
const GROUP = 'arn:aws:resource-groups:eu-west-1:000000000000:group/reserved';

/** What a launch is authorised on, beyond what every launch is. */
const askedBy = (input: object): readonly string[] => {
  const resources = (of: object) =>
    ec2Questions(PLACE, 'RunInstances', { ImageId: 'ami-1', ...of }, { tagsOf: () => undefined })
      .filter((it) => it.action === 'ec2:RunInstances')
      .map((it) => it.resource);
  const always = resources({});
  return resources(input).filter((it) => !always.includes(it));
};

describe('a launch is authorised on', () => {
  it.each([
    ['nothing more for an ordinary one', {}, []],
    [
      'its spot request',
      { InstanceMarketOptions: { MarketType: 'spot' } },
      ['arn:aws:ec2:eu-west-1:000000000000:spot-instances-request/*'],
    ],
    ['no spot request for a capacity block', { InstanceMarketOptions: { MarketType: 'capacity-block' } }, []],
    [
      'its host',
      { Placement: { HostId: 'h-1', Tenancy: 'host' } },
      ['arn:aws:ec2:eu-west-1:000000000000:dedicated-host/h-1'],
    ],
    ['its group of hosts', { Placement: { HostResourceGroupArn: GROUP } }, [GROUP]],
    [
      'its placement group',
      { Placement: { GroupName: 'near' } },
      ['arn:aws:ec2:eu-west-1:000000000000:placement-group/near'],
    ],
    [
      'its capacity reservation',
      {
        CapacityReservationSpecification: { CapacityReservationTarget: { CapacityReservationId: 'cr-1' } },
      },
      ['arn:aws:ec2:eu-west-1:000000000000:capacity-reservation/cr-1'],
    ],
    [
      'its group of reservations',
      {
        CapacityReservationSpecification: {
          CapacityReservationTarget: { CapacityReservationResourceGroupArn: GROUP },
        },
      },
      [GROUP],
    ],
    [
      'no reservation where it only prefers one',
      { CapacityReservationSpecification: { CapacityReservationPreference: 'open' } },
      [],
    ],
    ['its licences', { LicenseSpecifications: [{ LicenseConfigurationArn: LICENCE }] }, [LICENCE]],
  ])('%s', (_, input, asked) => {
    expect(askedBy(input)).toEqual(asked);
  });
});
