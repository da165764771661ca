/** What IAM looks up when a call names something: the tags of what is there, and which role a profile holds. */
export interface IamWorld {
  /** Tags of an instance, volume, … by its id; `undefined` when EC2 knows no such id (any more). */
  tagsOf(id: string): Readonly<Record<string, string>> | undefined;
  /** ARN of the role in an instance profile, given by ARN or name. Absent: the template's profiles are looked through. */
  roleOfProfile?(arnOrName: string): string | undefined;
}

/** The parts of ARNs. */
export interface Account {
  readonly region: string;
  readonly account: string;
}

export const arn = ({ region, account }: Account, service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;
